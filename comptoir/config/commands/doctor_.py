"""`comptoir doctor`: silent when all is well; else each fault with its cure, and a non-zero status."""

import argparse

from ..words import say


def run(chosen: argparse.Namespace) -> int:
    from comptoir.ground import health

    findings = list(health.examine())
    for finding in findings:
        print(f"• {finding.fault}")
        print(f"  → {finding.cure}")
    if findings:
        print(say("%(count)s to mend.", count=len(findings)))
    return 1 if findings else 0
