"""The router's questions to the database: what fits whom, in which order. One condition for all of them.

A heavy piece must not wait for ever while light ones fill every room that opens. One that has waited for PATIENCE and for which
only room is missing has an agent kept for it: of those who could take it the one with the most room gets nothing that comes after
it. What the others get does not lessen the most room there is, so it grows with every piece that is finished, until it is enough.
"""

from datetime import timedelta

PATIENCE = timedelta(minutes=2)

_ITEM, _AGENT = "contact_center_workitem", "contact_center_agent"
_QUEUE, _MEMBER = "contact_center_queue", "contact_center_queuemember"


def _able(agent: str) -> str:
    """Whether this agent can take the item now, whatever room they have."""
    return f"""
    item.state = 'waiting' AND NOT item.rests
    AND (item.not_before IS NULL OR item.not_before <= %(now)s)
    AND (item.reserved_for_id IS NULL OR item.reserved_for_id = {agent}.id OR item.reserved_until <= %(now)s)
    AND NOT (item.passed_by @> ARRAY[{agent}.id] AND item.passed_at > %(passed_since)s)
    AND (
        item.enqueued_at <= %(now)s - make_interval(secs => queue.relax_after)
        OR (
            item.needs <@ {agent}.holdings
            AND (item.language = '' OR cardinality({agent}.languages) = 0 OR item.language = ANY ({agent}.languages))
        )
    )
    AND (
        {agent}.channel_limits ->> item.channel IS NULL
        OR (
            SELECT count(*) FROM {_ITEM} AS held
            WHERE held.agent_id = {agent}.id AND held.channel = item.channel AND NOT held.rests
        ) < ({agent}.channel_limits ->> item.channel)::integer
    )
"""  # noqa: S608 (our own words)


def _load(agent: str, name: str) -> str:
    """The units this agent has left. What is put off takes none."""
    return f"""
    CROSS JOIN LATERAL (
        SELECT {agent}.capacity - coalesce(sum(held.weight), 0)::integer AS room
        FROM {_ITEM} AS held WHERE held.agent_id = {agent}.id AND NOT held.rests
    ) AS {name}
"""  # noqa: S608 (our own words)


def _sizes(least: str, most: str) -> str:
    """What the pieces that wait in the queue weigh, each weight once, from `least` to `most`.

    Pieces are looked for weight by weight: thousands that are too heavy, or none of which is heavy enough, are stepped over and not read.
    Read from one weight to the next along the index work_by_weight, since PostgreSQL reads every row for a DISTINCT.
    """
    waiting = f"SELECT min(item.weight) FROM {_ITEM} AS item WHERE item.queue_id = queue.id AND item.state = 'waiting'"  # noqa: S608 (our own words)
    return f"""
    (
        WITH RECURSIVE size (weight) AS (
            {waiting} AND item.weight BETWEEN {least} AND {most}
            UNION ALL
            SELECT ({waiting} AND item.weight > size.weight AND item.weight <= {most})
            FROM size WHERE size.weight IS NOT NULL
        )
        SELECT size.weight FROM size WHERE size.weight IS NOT NULL
    ) AS size
"""  # noqa: S608 (our own words)


_LOAD = _load("agent", "load")

_SERVES = "queue.is_active AND queue.needs <@ agent.holdings AND (queue.strategy <> 'manual' OR %(by_hand)s)"
_SEEN = "item.id, item.version, item.priority, item.enqueued_at, item.reserved_for_id"
_ORDER = "item.priority DESC, item.enqueued_at, item.id"

# Of each of the agent's queues the first piece for which only room is missing, and of those the first for which they are kept.
_KEPT_FOR = f"""
    LEFT JOIN LATERAL (
        SELECT heavy.queue_priority, heavy.priority, heavy.enqueued_at, heavy.id
        FROM {_MEMBER} AS seat
        JOIN {_QUEUE} AS queue ON queue.id = seat.queue_id AND {_SERVES} AND queue.strategy <> 'manual'
        CROSS JOIN LATERAL (
            SELECT queue.priority AS queue_priority, item.*
            FROM {_sizes("load.room + 1", "agent.capacity")}
            CROSS JOIN LATERAL (
                SELECT item.* FROM {_ITEM} AS item
                WHERE item.queue_id = queue.id AND item.weight = size.weight
                    AND item.enqueued_at <= %(patient_since)s AND {_able("agent")}
                ORDER BY {_ORDER} LIMIT 1
            ) AS item
            ORDER BY {_ORDER} LIMIT 1
        ) AS heavy
        WHERE seat.agent_id = agent.id AND NOT %(by_hand)s AND NOT EXISTS (
            SELECT 1 FROM {_ITEM} AS item
            JOIN {_MEMBER} AS other_seat ON other_seat.queue_id = item.queue_id
            JOIN {_AGENT} AS other ON other.id = other_seat.agent_id AND other.id <> agent.id
            {_load("other", "theirs")}
            WHERE item.id = heavy.id AND other.state = 'available' AND other.lease_until > %(now)s
                AND queue.needs <@ other.holdings AND item.weight <= other.capacity AND {_able("other")}
                AND (theirs.room, other.id) > (load.room, agent.id)
        )
        ORDER BY heavy.queue_priority DESC, heavy.priority DESC, heavy.enqueued_at, heavy.id
        LIMIT 1
    ) AS kept ON true
"""  # noqa: S608 (our own words)

# Nothing that comes after what the agent is kept for.
_BEFORE_KEPT = """
    (
        kept.id IS NULL OR queue.priority > kept.queue_priority
        OR queue.priority = kept.queue_priority AND (
            item.priority > kept.priority
            OR item.priority = kept.priority AND (item.enqueued_at, item.id) <= (kept.enqueued_at, kept.id)
        )
    )
"""

# (id, version) of the first items for one agent: of the most urgent queue, what is kept for them before the rest, the oldest first.
# Read queue by queue and weight by weight along the index; what is kept for them is looked for apart, it may stand far behind. What comes
# after a kept piece is left out last: it stands behind all the others, and so ends the reading.
_FIRST_FOR_AGENT = f"""
    SELECT item.id, item.version
    FROM {_AGENT} AS agent
    {_LOAD}
    {_KEPT_FOR}
    JOIN {_MEMBER} AS member ON member.agent_id = agent.id
    JOIN {_QUEUE} AS queue ON queue.id = member.queue_id AND {_SERVES}
    CROSS JOIN LATERAL (
        (SELECT item.* FROM {_sizes("1", "load.room")} CROSS JOIN LATERAL (
            SELECT {_SEEN} FROM {_ITEM} AS item
            WHERE item.queue_id = queue.id AND item.weight = size.weight AND {_able("agent")}
            ORDER BY {_ORDER} LIMIT {{some}}
        ) AS item)
        UNION
        (SELECT {_SEEN} FROM {_ITEM} AS item
            WHERE item.queue_id = queue.id AND item.reserved_for_id = agent.id AND item.weight <= load.room AND {_able("agent")})
    ) AS item
    WHERE agent.id = %(agent)s AND load.room > 0 AND {_BEFORE_KEPT}
    ORDER BY queue.priority DESC, item.priority DESC, coalesce(item.reserved_for_id = agent.id, false) DESC, item.enqueued_at, item.id
    LIMIT {{some}}
"""  # noqa: S608 (our own words)


def first_for_agent(some: int) -> str:
    """The statement with `some` as its limits: the plan is made for it, once (`platform.prepared`)."""
    return _FIRST_FOR_AGENT.format(some=some)


# The first of these that no other transaction holds and nobody changed since.
LOCK_ONE = f"""
    SELECT item.id FROM unnest(%(ids)s::uuid[], %(versions)s::integer[]) WITH ORDINALITY AS found (id, version, place)
    JOIN {_ITEM} AS item ON item.id = found.id AND item.version = found.version
    ORDER BY found.place LIMIT 1
    FOR NO KEY UPDATE OF item SKIP LOCKED
"""  # noqa: S608 (our own words)

# (id, room, last turn, idle since) of who is there and free for something that waits in the queue.
CANDIDATES = f"""
    SELECT agent.id, load.room, member.last_given_at, agent.idle_since
    FROM {_QUEUE} AS queue
    JOIN {_MEMBER} AS member ON member.queue_id = queue.id
    JOIN {_AGENT} AS agent ON agent.id = member.agent_id
    {_LOAD}
    WHERE queue.id = %(queue)s AND {_SERVES} AND load.room > 0
        AND agent.state = 'available' AND agent.lease_until > %(now)s
        AND EXISTS (
            SELECT 1 FROM {_sizes("1", "load.room")} CROSS JOIN LATERAL (
                SELECT FROM {_ITEM} AS item
                WHERE item.queue_id = queue.id AND item.weight = size.weight AND {_able("agent")} LIMIT 1
            ) AS item
        )
"""  # noqa: S608 (our own words)
