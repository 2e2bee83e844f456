"""A simulated run of many actors: stragglers, lost nodes, and an object store with limits.

Actors take batches, as the dataset does. A node fails at random times (exponentially distributed):
the batches that its actors read are read again elsewhere, and a new node comes after its cold
start. Some nodes are slow. Every receipt waits for the object store, whose requests per second
have a limit.
"""

from __future__ import annotations

import heapq
import math
import random
import statistics
from dataclasses import dataclass

from pipeline.cluster.dataset import rows_per_batch

_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Receipts:
    """What reading a receipt takes.

    Attributes:
        seconds: of an actor, some drawn or measured ones, of equal probability.
        core_seconds: on average.
        input_bytes, output_bytes: on average.
        errors: share of the receipts whose record is an error.
    """

    seconds: tuple[float, ...]
    core_seconds: float
    input_bytes: float
    output_bytes: float
    errors: float


@dataclass(frozen=True, slots=True)
class World:
    """A run and its machines; by default nothing dies, is slow, or waits.

    Attributes:
        count: receipts.
        actors: one core each.
        deaths_per_node_hour: on average.
        noticed_after: seconds until the work of a dead node is given out again.
        cold_start: seconds until the node that replaces it reads.
        slow_nodes: share of the nodes that take ``slow_factor`` times as long.
        get_seconds: until the first byte of a file comes.
        node_megabytes: a second, of the network of a node.
        gets_per_second: of the bucket.
    """

    count: int
    actors: int
    cores_per_node: int = 1
    deaths_per_node_hour: float = 0.0
    noticed_after: float = 0.0
    cold_start: float = 0.0
    slow_nodes: float = 0.0
    slow_factor: float = 1.0
    get_seconds: float = 0.0
    node_megabytes: float = math.inf
    gets_per_second: float = math.inf


@dataclass(frozen=True, slots=True)
class Outcome:
    """A simulated run, without the time before its first actor has loaded its models."""

    seconds: float
    busy_seconds: float
    lost_seconds: float
    deaths: int


def simulate(receipts: Receipts, given: World, chance: random.Random) -> Outcome:
    """Actors take batches until all are read.

    Args:
        chance: draws what receipts take, which nodes are slow, and when they die.
    """
    waits = given.get_seconds + receipts.input_bytes * given.cores_per_node / (
        given.node_megabytes * 1e6
    )
    mean = statistics.fmean(receipts.seconds) + waits
    # If the bucket gives fewer files than the actors could read, all of them wait for it.
    waits += max(0.0, given.actors / given.gets_per_second - mean)
    size = rows_per_batch(given.count, given.actors)
    count = math.ceil(given.count / size)
    nodes = [Node(given, chance) for _ in range(math.ceil(given.actors / given.cores_per_node))]
    ready = [0.0] * count  # when each batch that nobody reads can be given out
    idle = [(0.0, actor) for actor in range(given.actors)]
    parked: list[int] = []
    ended = busy = lost = 0.0
    while idle:
        now, actor = heapq.heappop(idle)
        if not ready:
            parked.append(actor)
            continue
        start = max(now, heapq.heappop(ready))
        node = nodes[actor // given.cores_per_node]
        start = node.up_from(start)
        drawn = sum(chance.choices(receipts.seconds, k=size))
        takes = drawn * node.factor + size * waits
        death = node.next_death(start)
        if death < start + takes:
            lost += death - start
            heapq.heappush(ready, death + given.noticed_after)
            heapq.heappush(idle, (node.up_from(death), actor))
            for other in parked:
                heapq.heappush(idle, (death + given.noticed_after, other))
            parked.clear()
            continue
        busy += takes
        ended = max(ended, start + takes)
        heapq.heappush(idle, (start + takes, actor))
    return Outcome(ended, busy, lost, sum(node.deaths_before(ended) for node in nodes))


class Node:
    """A machine: how fast it is, and when it is lost."""

    def __init__(self, given: World, chance: random.Random) -> None:
        self._rate = given.deaths_per_node_hour / _SECONDS_PER_HOUR
        self._cold_start = given.cold_start
        self._chance = chance
        self._deaths: list[float] = []
        self.factor = given.slow_factor if chance.random() < given.slow_nodes else 1.0

    def next_death(self, now: float) -> float:
        if not self._rate:
            return math.inf
        while not self._deaths or self._deaths[-1] < now:
            last = self._deaths[-1] + self._cold_start if self._deaths else 0.0
            self._deaths.append(last + self._chance.expovariate(self._rate))
        return next(death for death in self._deaths if death >= now)

    def up_from(self, now: float) -> float:
        """When it can read: at once, or when the machine that replaces it is up."""
        for death in self._deaths:
            if death <= now < death + self._cold_start:
                return death + self._cold_start
        return now

    def deaths_before(self, now: float) -> int:
        return sum(death < now for death in self._deaths)
