"""The mark: a counter bell, the one you ring when you come in."""

BELL = (
    '<path d="M12 7.6a7.4 7.4 0 0 1 7.4 7.4v.6H4.6V15A7.4 7.4 0 0 1 12 7.6Z"/>'
    '<path d="M3.6 18.9h16.8M12 7.2V5.1M10.2 5.1h3.6"/>'
)

FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
    '<rect width="48" height="48" rx="11" fill="#005a3e"/>'
    '<g transform="translate(9 9) scale(1.25)" fill="none" stroke="#fff" stroke-width="1.8"'
    f' stroke-linecap="round" stroke-linejoin="round">{BELL}</g></svg>'
)
