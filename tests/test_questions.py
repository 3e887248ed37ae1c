"""Which question next: what is asked at once, and when a gap is no longer sought."""

from dataclasses import replace

from assistant import parameters
from assistant.belief import BeliefModel
from assistant.observations import Evidence, Observation, certain, kinds_of
from assistant.questions import Ask, Manners, Progress, Questioner
from knowledge import default as knowledge
from knowledge.schema import EvidenceKind, Status

MODEL = BeliefModel(knowledge().rubric, parameters.default())
AREAS = tuple(area.key for area in MODEL.rubric.areas)
MANNERS = Manners()


def clicked(indicator: str, status: Status) -> Observation:
    return Observation(indicator, certain(status), Evidence(kinds_of(EvidenceKind.CLAIM)), 1, source="clicked")


def in_passing(indicator: str) -> Observation:
    said = replace(clicked(indicator, Status.PARTIAL), source="heard", statuses=(0.2, 0.1, 0.4, 0.2, 0.1))
    return replace(said, direct=False)


def test_by_clicks_more_must_be_expected_of_a_follow_up_at_once_than_in_words() -> None:
    opened, belief = Progress(turns=2, opened=True, areas=AREAS[:1]), MODEL.update({})
    best = float(Questioner(MODEL).information(belief)[MODEL.area_of == 0].max())
    manners = replace(MANNERS, least_to_follow_at_once=best + 0.01, least_to_follow_at_once_in_words=best - 0.01)
    questioner = Questioner(MODEL, manners)
    assert questioner.next(belief, {}, opened) == Ask("area", AREAS[1])
    words = in_passing(next(i.id for i in MODEL.rubric.indicators if i.area == AREAS[1]))
    asked = questioner.next(belief, {words.indicator: words}, opened)
    assert asked is not None and asked.kind == "indicator"


def test_no_gap_is_sought_where_none_is_likely() -> None:
    known = [i for i in MODEL.rubric.indicators if not i.id.startswith("lead.")]
    heard = {i.id: clicked(i.id, Status.ABSENT if i.reversed else Status.ESTABLISHED) for i in known}
    belief = MODEL.update(heard)
    progress = Progress(turns=8, opened=True, areas=AREAS, asked=frozenset(heard))
    assert belief.certainty > 0.5
    settled = replace(MANNERS, settled=belief.certainty)
    seeking = Questioner(MODEL, replace(settled, least_gap=0.0)).next(belief, heard, progress)
    assert seeking is not None and seeking.kind == "indicator"
    chance = 1 - MODEL.status_probability(belief, seeking.target, Status.ESTABLISHED)
    assert Questioner(MODEL, replace(settled, least_gap=chance + 0.01)).next(belief, heard, progress) is None
    assert Questioner(MODEL, replace(settled, least_gap=chance - 0.01)).next(belief, heard, progress) == seeking
