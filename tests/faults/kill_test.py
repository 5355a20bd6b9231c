"""kill -9 at random moments under 8 writers and 6 subscribers: every promise holds, for each of them."""

import unittest

from fault_case import FaultCase, rounds


class KillTest(FaultCase):
    FLOOR = 60

    def test_every_promise_holds_whenever_it_is_killed(self):
        crowd = self.crowd()
        kills = rounds(4)
        for _ in range(kills):
            crowd.wait_for(self.FLOOR + self.random.randrange(150))
            self.server.kill()
            self.start_again()
        crowd.wait_for(self.FLOOR)
        print(crowd.judge(self.FLOOR * kills))
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
