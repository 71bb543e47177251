"""smoke"""
from projections.queries.approval import Approvals, Filters
from projections.readers import ReaderScope
from projections.rebuilding import compare, rebuild
from projections.register import PROJECTIONS


def test_smoke(world):
    world.seeded()
    n = world.drafted()
    print(world.waiting_post(n))
    world.decided(n)
    world.follow()
    for row in world.rows("rm_approval"): print(row)
    for row in world.rows("rm_notice"): print(row)
    print(Approvals(world.reads).list_cases(Filters(text="照会"), ReaderScope(everything=True)))
    for p in PROJECTIONS: print(compare(world.reads, world.reader, p)); print(rebuild(world.reads, world.reader, p)); print(compare(world.reads, world.reader, p))
    print(world.position.positions(), world.position.lag(world.schema))
