"""Every field of residency as options to choose from."""

from conversations.questions import Option
from planning.facts import Facts


def field_options(facts: Facts) -> tuple[Option, ...]:
    """Every field, the usual first choices of IMGs before the others."""
    fields = (*facts.popular_specialties, *facts.other_specialties)
    return tuple(Option(s.slug, s.short, (s.name, *s.aliases)) for s in fields)
