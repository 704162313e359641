"""What has to be known to ask a model."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LLMConfig:
    """`base_url` is the part before `/chat/completions`. Times are seconds, prices US dollars
    a million tokens.

    `total_timeout` bounds the whole call with all its attempts. `strict_schema` asks the endpoint to hold
    the answer to the schema; turn it off for servers that do not know `json_schema`.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    connect_timeout: float = 3.0
    total_timeout: float = 20.0
    attempts: int = 3
    retry_wait: float = 0.5
    max_tokens: int = 800
    price_in: float = 0.0
    price_out: float = 0.0
    strict_schema: bool = True
