"""職員録: units, posts and who holds them, by date; who stands in for whom; who is away."""

from domain.directory.folding import evolve, fold
from domain.directory.organisation import RANKS, Absence, Holder, Post, Rank, Unit, rank_order
from domain.directory.state import Directory

__all__ = ["RANKS", "Absence", "Directory", "Holder", "Post", "Rank", "Unit", "evolve", "fold", "rank_order"]
