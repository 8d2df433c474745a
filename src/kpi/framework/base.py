"""What every entry of a framework is made of: keys, texts, numbers, quarters.

Entries are frozen values that refuse keys they do not know. Every `from`/`until` includes both ends.
The text under a field says what it means; `kpi schema` shows it in an editor.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from kpi.language import Text
from kpi.quarter import NotAQuarterError, Quarter

KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
LANGUAGE_PATTERN = r"^[a-z]{2}$"

Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=60)]
Language = Annotated[str, Field(pattern=LANGUAGE_PATTERN)]
Year = Annotated[int, Field(ge=1900, le=2200)]
#: A decimal that stays small enough to reckon with: 24 digits.
Number = Annotated[Decimal, Field(max_digits=24)]


def _words(value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 (pydantic hands over whatever the YAML holds)
    """Take a bare text for one in the only language; leave out languages in which nothing is written."""
    if isinstance(value, str):
        only = (info.context or {}).get("language")
        if only is None:
            raise PydanticCustomError("words", "a text in each language is expected")
        return {only: value}
    if isinstance(value, Mapping):
        return {language: text for language, text in value.items() if text is not None}
    return value


#: A text in every language of the framework. Where there is one language only, it may be written bare.
Words = Annotated[
    Text,
    BeforeValidator(_words),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "propertyNames": {"pattern": LANGUAGE_PATTERN},
                    "additionalProperties": {"type": "string"},
                    "minProperties": 1,
                },
            ],
        }
    ),
]


def _quarter(value: Any) -> Any:  # noqa: ANN401 (pydantic hands over whatever the YAML holds)
    if not isinstance(value, str):
        return value
    try:
        return Quarter.parse(value)
    except NotAQuarterError as fault:
        raise PydanticCustomError("quarter", "a quarter is expected") from fault


FrameworkQuarter = Annotated[
    Quarter,
    BeforeValidator(_quarter),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-Q[1-4]$"}),
]


class Frozen(BaseModel):
    """A value: it never changes, and knows no keys but its own."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
    )


class Lasting(Frozen):
    """Something whose key lives for ever, though it may be renamed, begin, end or be replaced."""

    label: Words
    """Its name, as people see it."""
    help: Words | None = None
    """What a person who fills it in or reads it should know."""
    was: tuple[str, ...] = ()
    """Its former keys: what was reported under them counts as reported here."""
    since: FrameworkQuarter | None = Field(default=None, alias="from")
    """The first quarter for which it may be reported."""
    until: FrameworkQuarter | None = None
    """The last quarter for which it may be reported: so an entry is retired, never removed."""
    replaces: str | None = None
    """The entry beside it that this one replaces with another meaning: a visible break in the series."""

    def valid_in(self, quarter: Quarter) -> bool:
        """Tell whether it may be reported for this quarter."""
        return (self.since is None or self.since <= quarter) and (self.until is None or quarter <= self.until)
