"""The mark: a counter bell, the one you ring when you come in."""

from .icons import PATHS

FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
    '<rect width="48" height="48" rx="11" fill="#005a3e"/>'
    '<g transform="translate(9 9) scale(1.25)" fill="none" stroke="#fff" stroke-width="1.8"'
    f' stroke-linecap="round" stroke-linejoin="round">{PATHS["bell"]}</g></svg>'
)
