"""公用スマートフォン持帰り命令簿: a fourth register for the tests, which is a text and nothing else."""

from datetime import date
from importlib import resources
from pathlib import Path

from domain import rule_adoption
from domain.ledger.reading import RULEBOOK
from domain.ledger.writing import LedgerWriter
from domain.rulebook import RulesAdopted
from domain.streams import prefix_of
from kessai.rule_files import editions_from_yaml

DEMO = resources.files("kessai").joinpath("demo")
CODE = "phone-take-home"
TAKE_HOME = (Path(__file__).parent / "take_home_register.yaml").read_text(encoding="utf-8")


def take_home_text(*, edition: str = "2026-11", valid_from: date = date(2026, 11, 1), more: str = TAKE_HOME) -> str:
    """The packaged registers and one more, as an edition of their own."""
    heading = f"edition: {edition}\nvalid_from: {valid_from}\n"
    return heading + DEMO.joinpath("registers.yaml").read_text(encoding="utf-8") + more


def take_home_edition(*, edition: str = "2026-11", valid_from: date = date(2026, 11, 1)) -> RulesAdopted:
    """The edition that offers it."""
    (found,) = editions_from_yaml(take_home_text(edition=edition, valid_from=valid_from))
    return found


def adopt(writer: LedgerWriter, today: date) -> None:
    """Have the edition in force in a real ledger from `today` on."""
    edition = take_home_edition(edition=f"take-home-{today}", valid_from=today)
    writer.apply_rule(
        rule_adoption.RECORD,
        number=RULEBOOK.removeprefix(prefix_of(rule_adoption.RECORD.noun)),
        verb="adopt",
        rule="system:seed",
        name="規程の読み込み",
        occasion=edition.edition,
        command=rule_adoption.offer([edition]),
    )
