"""What must be true when all is over, in SQL for both engines."""

import json

from .world import say

LOST = {
    "jobs that are not completed": "SELECT COUNT(*) FROM jobs WHERE state <> 'completed'",
    "items that their own word does not find":
        "SELECT COUNT(*) FROM contents c WHERE NOT EXISTS (SELECT 1 FROM word_documents d JOIN word_postings p ON p.brain = d.brain "
        "AND p.document = d.document AND p.term = c.title WHERE d.content_id = c.id)",
}
TWICE = {
    "items beyond one a link": "SELECT COUNT(*) - COUNT(DISTINCT link) FROM contents",
    "jobs beyond one an item": "SELECT COUNT(*) - (SELECT COUNT(*) FROM contents) FROM jobs WHERE kind = (SELECT MIN(kind) FROM jobs)",
    "items indexed other than once": "SELECT COUNT(*) FROM (SELECT c.id FROM contents c LEFT JOIN word_documents d ON d.content_id = c.id "
                                     "GROUP BY c.id HAVING COUNT(d.document) <> 1) AS t",
    "kinds of frequency of an item's own word beyond one":
        "SELECT COUNT(DISTINCT p.frequency) - 1 FROM contents c JOIN word_documents d ON d.content_id = c.id "
        "JOIN word_postings p ON p.brain = d.brain AND p.document = d.document AND p.term = c.title",
    "items with more or fewer postings than words": "SELECT COUNT(*) FROM word_documents d LEFT JOIN "
        "(SELECT brain, document, COUNT(*) AS n FROM word_postings GROUP BY brain, document) AS p "
        "ON p.brain = d.brain AND p.document = d.document WHERE d.length <> COALESCE(p.n, 0)",
    "postings of no item": "SELECT COUNT(*) FROM word_postings p WHERE NOT EXISTS (SELECT 1 FROM word_documents d WHERE d.document = p.document AND d.brain = p.brain)",
    "totals of words that are off": "SELECT COUNT(*) FROM word_totals t WHERE documents <> (SELECT COUNT(*) FROM word_documents d WHERE d.brain = t.brain) "
                                    "OR words <> (SELECT COALESCE(SUM(length), 0) FROM word_documents d WHERE d.brain = t.brain)",
    "counts of jobs that are off":
        "SELECT COUNT(*) FROM (SELECT queue, kind, state, SUM(n) AS n FROM (SELECT queue, kind, state, jobs AS n FROM job_counts "
        "UNION ALL SELECT queue, kind, state, -1 FROM jobs) AS a GROUP BY queue, kind, state HAVING SUM(n) <> 0) AS t",
    "counts of items that are off":
        "SELECT COUNT(*) FROM (SELECT user_id, bucket, SUM(n) AS n FROM (SELECT user_id, bucket, items AS n FROM content_counts "
        "UNION ALL SELECT user_id, 'live', -1 FROM contents UNION ALL SELECT user_id, 'type:' || type, -1 FROM contents "
        "UNION ALL SELECT user_id, 'status:' || enrichment_status, -1 FROM contents) AS a GROUP BY user_id, bucket HAVING SUM(n) <> 0) AS t",
}
LEDGER = "SELECT hex(content_id), COUNT(*) FROM enrichment_attempts WHERE outcome = 'enriched' GROUP BY content_id"


def verdict(world):
    """What was lost and what was done twice: numbers, each told with its name when it is not zero."""
    store = world.store
    enriched = {row[0] for row in store.rows("SELECT hex(id) FROM contents WHERE enrichment_status = 'enriched'")}
    lost = {"saves that were answered and are not enriched": len(set(world.saved.values()) - enriched)}
    lost.update((name, store.number(statement)) for name, statement in LOST.items())
    runs = {}
    for arguments, attempt in store.rows("SELECT arguments, attempt FROM jobs WHERE kind = 'enrich_content'"):
        item = next(iter(json.loads(arguments).values())).replace("-", "").upper()
        runs[item] = runs.get(item, 0) + int(attempt)
    ledger = {item: int(entries) for item, entries in store.rows(LEDGER)}
    lost["enriched items of which the ledger knows nothing"] = len(enriched - set(ledger))
    twice = {"items with more entries in the ledger than runs": sum(entries > runs.get(item, 0) for item, entries in ledger.items())}
    twice.update((name, abs(store.number(statement))) for name, statement in TWICE.items())
    for name, number in [*lost.items(), *twice.items()]:
        if number:
            say(f"  {number} {name}")
    again = f"{sum(runs.values()) - len(runs):,} runs beyond the first, {sum(world.site.asked.values()) - len(world.site.asked):,} pages asked for again"
    world.notes.append(f"{again}, {sum(ledger.values()) - len(ledger):,} written again")
    return sum(lost.values()), sum(twice.values())
