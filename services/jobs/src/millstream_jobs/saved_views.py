"""Saved views of the list of jobs: names for what it shows, which jobs and of which time. See docs/adr/0044-views.md."""

from __future__ import annotations

from dataclasses import dataclass

from millstream_contracts.limits import load_limits

MOST_OWN = load_limits().own_views  # of one holder, which nobody else sees
MOST_SHARED = load_limits().shared_views  # of all holders


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """`query` is the list's, as JSON text; `made_by` the subject whose it is: nobody else sees it unless it is shared."""

    id: str
    made_by: str
    name: str
    query: str
    is_shared: bool
    made_at_ms: int
    changed_at_ms: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks. `may_share`: change what everybody sees; `may_tidy`: also what others shared."""

    subject: str
    may_share: bool
    may_tidy: bool

    def owns(self, view: SavedView) -> bool:
        return view.made_by == self.subject

    def may_change(self, view: SavedView) -> bool:
        return self.owns(view) or (view.is_shared and self.may_tidy)
