"""長期保管の点検の予定: the Temporal Schedule of the nightly round, made and kept as it should be by whoever looks."""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from workflows.outside import ROUND

SCHEDULE_ID = "contract-custody"
HOUR = 3  # in Japan: when nobody signs
ZONE = "Asia/Tokyo"
CAUGHT_UP_WITHIN = timedelta(days=7)  # a Temporal that was down over a night makes up for it


async def keep_schedule(client: Client, *, task_queue: str) -> bool:
    """Make the schedule, or bring the one that is there to what it should be; again: nothing changes. One that an
    operator has paused stays paused; give whether it runs.
    """
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(ROUND, id=SCHEDULE_ID, task_queue=task_queue, static_summary=ROUND),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(HOUR)], comment="毎日3時")], time_zone_name=ZONE
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CAUGHT_UP_WITHIN),
        state=ScheduleState(note="長期保管の点検(延長の時期が来た契約を探します)"),
    )
    try:
        await client.create_schedule(SCHEDULE_ID, schedule)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(SCHEDULE_ID)
        await handle.update(lambda found: _updated(found, schedule))
        return not (await handle.describe()).schedule.state.paused
    return True


def _updated(found: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate | None:
    known = found.description.schedule
    assert isinstance(known.action, ScheduleActionStartWorkflow)
    assert isinstance(wanted.action, ScheduleActionStartWorkflow)
    same = (
        known.action.workflow == wanted.action.workflow
        and known.action.task_queue == wanted.action.task_queue
        and known.spec == wanted.spec
        and known.policy == wanted.policy
    )
    wanted.state = known.state
    return None if same else ScheduleUpdate(schedule=wanted)
