"""Which sources stand behind a text: for its line *Where is this from?*"""

from collections.abc import Iterable

from planning.facts import Facts, Source


def cited(facts: Facts, *, rules: Iterable[str] = (), sources: Iterable[str] = ()) -> tuple[Source, ...]:
    """The named sources and those of the named rules, each once, in the order of naming.

    Raises:
        KeyError: a rule or a source of that id is not shipped.
    """
    read_in = (source for rule in rules for source in (facts.rules[rule].source, *facts.rules[rule].also))
    return tuple(facts.sources[source] for source in dict.fromkeys((*sources, *read_in)))
