"""Clients that do all that clients do, note what they see, and outlive the server: writers and
subscribers, each on a thread and a connection of its own."""

import importlib
import random
import threading
import time
import zlib

import grpc

import claims
from contract import pb
from histories import Recorder, check

RACE = "capex.race"
COMPANIES = 4
CALL_SECONDS = 5
# A stream is asked for anew at the latest after so long: it may hear nothing since its server cannot be reached.
STREAM_SECONDS = 15
# Found again quickly by whoever waits for it. A connection on which nothing was confirmed for so long is no more.
CHANNEL = (("grpc.use_local_subchannel_pool", 1), ("grpc.initial_reconnect_backoff_ms", 100),
           ("grpc.min_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 500),
           ("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 5_000))


class Stubs:
    """A connection of its own. To be closed."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address, options=CHANNEL)
        for name, module, stub in (("log", "event_log", "EventLog"),
                                   ("subscriptions", "subscription", "Subscription"),
                                   ("timelines", "timeline", "Timeline")):
            found = importlib.import_module(f"chipline.v1.{module}_service_pb2_grpc")
            setattr(self, name, getattr(found, f"{stub}ServiceStub")(self.channel))

    def close(self):
        self.channel.close()


def event(event_id, content):
    """The event of an id that says `content`, which begins with a company and a slash."""
    company = content.split("/", 1)[0]
    # Many entries of some claims each, and not a few of thousands.
    period = str(2000 + zlib.crc32(event_id.encode()) % 60)
    made = claims.capex("c0" if company == "bad" else company, period=period, event_id=event_id,
                        scope_text=content)
    if company == "bad":
        made.capex_announcement.amount.currency = "QQQ"
    return made


class Worker:
    """A thread that can be told to stop."""

    def __init__(self, name):
        self.name = name
        self.stopping = threading.Event()
        self.failure = None
        self._thread = threading.Thread(target=self._guarded, name=name, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def _guarded(self):
        try:
            self.run()
        except Exception as error:  # Told to whoever joins.
            self.failure = error

    def run(self):
        raise NotImplementedError

    def join(self):
        self.stopping.set()
        self._thread.join(60)
        if self.failure is not None:
            raise self.failure
        if self._thread.is_alive():
            raise AssertionError(f"{self.name} did not end")


class Writer(Worker):
    """Appends of every kind: new ones, repeats, races for a revision, ids used again, wrong ones. What
    got no answer it sends again until it has one."""

    def __init__(self, folder, address, name, seed, pause=0.0):
        super().__init__(name)
        self.recorder = Recorder(folder, name)
        self._random = random.Random(seed)
        self._stubs = Stubs(address)
        self._pause = pause
        self._count = 0
        self._acknowledged = []
        self._race_revision = 0

    def _events(self, count, company=None):
        self._count += 1
        made = []
        for i in range(count):
            event_id = f"{self.name}-{self._count}-{i}"
            of = company or f"c{self._random.randrange(COMPANIES)}"
            made.append(event(event_id, f"{of}/{event_id} {'x' * self._random.randrange(200)}"))
        return made

    def _next(self):
        """An append and whether it must be refused."""
        kind = self._random.randrange(20)
        if kind < 3 and self._acknowledged:
            return self._random.choice(self._acknowledged), False
        if kind == 3 and self._acknowledged:
            changed = pb.AppendEventsRequest()
            changed.CopyFrom(self._random.choice(self._acknowledged))
            for one in changed.events:
                one.capex_announcement.scope_text += " changed"
            return changed, True
        if kind == 4:
            return pb.AppendEventsRequest(events=self._events(1, "bad")), True
        if kind < 9:
            expected = pb.Precondition(subject=RACE, expected_revision=self._race_revision)
            return pb.AppendEventsRequest(events=self._events(1, "race"), preconditions=[expected]), False
        return pb.AppendEventsRequest(events=self._events(40 if kind == 19 else 1 + kind % 3)), False

    def _send(self, request, invalid):
        """False if the outcome is not known."""
        number = self.recorder.attempt(request, invalid)
        try:
            response = self._stubs.log.AppendEvents(request, timeout=CALL_SECONDS)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.ABORTED:
                self._learn_race_revision()
            return not self.recorder.fail(number, error.code())
        self.recorder.acknowledge(number, response)
        self._acknowledged.append(request)
        del self._acknowledged[:-1000]
        if request.preconditions:
            self._race_revision = response.events[0].revision
        return True

    def _learn_race_revision(self):
        try:
            page = self._stubs.log.ListSubjects(
                pb.ListSubjectsRequest(subject_pattern=RACE), timeout=CALL_SECONDS)
        except grpc.RpcError:
            return
        self._race_revision = page.subjects[0].revision if page.subjects else 0

    def run(self):
        unsettled = None
        # What is unsettled at the end stays so: an unknown outcome.
        while not self.stopping.wait(self._pause):
            request, invalid = unsettled or self._next()
            unsettled = None
            if not self._send(request, invalid):
                unsettled = (request, invalid)
                self.stopping.wait(0.05)

    def repeat(self, count):
        """Sends again some of what was acknowledged, however long ago. After join. Its server may have to be found."""
        deadline = time.monotonic() + 60
        for request in self._random.sample(self._acknowledged, min(count, len(self._acknowledged))):
            while not self._send(request, False):
                if time.monotonic() > deadline:
                    raise AssertionError(f"a repeat of {self.name} got no answer")

    def close(self):
        self._stubs.close()
        self.recorder.close()


class Subscriber(Worker):
    """Reads for as long as there is a server, comes back where it was, and now and then for no reason."""

    def __init__(self, folder, address, name, seed, pattern="", delay=0.0):
        super().__init__(name)
        self.recorder = Recorder(folder, name)
        self.position = 0
        self.events = 0
        self._random = random.Random(seed)
        self._stubs = Stubs(address)
        self._pattern = pattern
        self._delay = delay
        self._token = ""
        self._call = None
        # The head that the last run is to reach.
        self._until = None

    def _open(self):
        request = pb.SubscribeRequest(client_name=self.name, heartbeat_interval={"seconds": 1},
                                      max_batch_bytes=self._random.choice((0, 4096, 65536)))
        if self._pattern:
            request.filter.subject_patterns.append(self._pattern)
        if self._token and self._random.random() < 0.5:
            request.resume_token = self._token
        else:
            request.after_position = self.position
        self.recorder.opening("stream", self.position, self._pattern)
        return self._stubs.subscriptions.Subscribe(request, timeout=STREAM_SECONDS)

    def _read(self):
        self._call = self._open()
        try:
            for message in self._call:
                self.recorder.delivery("stream", message)
                self.position, self._token = message.position, message.resume_token
                self.events += len(message.batch.events)
                if self._until is not None and self.position >= self._until:
                    break
                if self.stopping.is_set() and self._until is None:
                    break
                if self._delay:
                    self.stopping.wait(self._delay)
                if self._random.random() < 0.02:
                    break
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED,
                                    grpc.StatusCode.DEADLINE_EXCEEDED):
                raise
            self.stopping.wait(0.05)
        finally:
            self._call.cancel()

    def run(self):
        while not self.stopping.is_set():
            self._read()

    def finish(self, head):
        """Reads all that there is. After join."""
        self._until, self._delay = head, 0.0
        deadline = time.monotonic() + 60
        while self.position < head:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name} is at {self.position} of {head} and gets no further")
            self._read()
        self.recorder.closing("stream")

    def close(self):
        self._stubs.close()
        self.recorder.close()


class Crowd:
    """Writers and subscribers of one server, from their start to the verdict."""

    PATTERNS = ("", "capex.c1", RACE)

    def __init__(self, folder, address, seed, writers=8, subscribers=6, pause=0.0, slow=0):
        chance = random.Random(seed)
        self.folder = folder
        self.address = address
        self.writers = [Writer(folder, self.address_of(i), f"writer-{i}", chance.random(), pause)
                        for i in range(writers)]
        self.subscribers = [
            Subscriber(folder, self.address_of(i), f"reader-{i}", chance.random(), self.PATTERNS[i % 3],
                       0.3 if i < slow else 0.0) for i in range(subscribers)]
        for worker in (*self.writers, *self.subscribers):
            worker.start()

    def address_of(self, _):
        """Of the worker of this number."""
        return self.address

    @property
    def acknowledged(self):
        return sum(writer.recorder.acknowledged for writer in self.writers)

    def wait_for(self, count, seconds=60):
        """Waits until so many more were acknowledged; fails if the load is too small to tell anything."""
        wanted = self.acknowledged + count
        deadline = time.monotonic() + seconds
        while self.acknowledged < wanted:
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"too little load: {count - wanted + self.acknowledged} of {count} in {seconds} s")
            time.sleep(0.01)

    def stop(self):
        for worker in (*self.writers, *self.subscribers):
            worker.stopping.set()
        for worker in (*self.writers, *self.subscribers):
            worker.join()

    def judge(self, floor):
        """Ends it all with the server up: repeats, reads everything, asks the checker."""
        self.stop()
        for writer in self.writers:
            writer.repeat(10)
        stubs = Stubs(self.address)
        reader = Recorder(self.folder, "final")
        # An attempt to connect may take longer on a busy machine than one is given.
        head = stubs.log.GetHead(pb.GetHeadRequest(linearizable=True), timeout=30, wait_for_ready=True).head_position
        for subscriber in self.subscribers:
            subscriber.finish(head)
        for part in stubs.log.ReadEvents(pb.ReadEventsRequest(), wait_for_ready=True):
            reader.listing("log", part.events)
        stubs.close()
        reader.close()
        self.close()
        return check(self.folder, floor)

    def close(self):
        for worker in (*self.writers, *self.subscribers):
            worker.close()
