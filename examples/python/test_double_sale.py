"""Two customers, one account: a shop in one process, the accounts in another, and a test in Python between.

SHOP_URL and ACCOUNTS_URL name the two services, which `spangate exec` has started.
"""

import json
import os
import unittest
from urllib.request import Request, urlopen

from race import Coordinator, RunFailed, after, before, finished

SHOP = os.environ["SHOP_URL"]
ACCOUNTS = os.environ["ACCOUNTS_URL"]
READ = "pg.query:SELECT *"


def send(url, method="GET", headers=None):
    with urlopen(Request(url, method=method, headers=headers or {})) as response:
        return response.read().decode()


def balance():
    # No actor's headers: it passes, whatever stands still.
    return json.loads(send(f"{ACCOUNTS}/account"))["balance"]


def buy(headers):
    return send(SHOP, "POST", headers)


class DoubleSale(unittest.TestCase):
    def setUp(self):
        self.coordinator = Coordinator()
        self.addCleanup(self.coordinator.close)
        send(f"{ACCOUNTS}/account?balance=100", "PUT")

    def tearDown(self):
        self.assertEqual(list(self.coordinator.holds()), [])

    def test_loses_a_payment_when_both_read_before_either_writes(self):
        order = [after("alice", READ), after("bob", READ), finished("alice"), finished("bob")]
        with self.coordinator.run({"alice": buy, "bob": buy}, order) as run:
            (alice,) = run.next()
            self.assertEqual(alice.arrival.service, "accounts")
            run.next()
            self.assertEqual(balance(), 100)  # both stand still: nothing is written yet
            self.assertEqual(len(self.coordinator.holds()), 2)
            self.assertEqual(run.finish(), {"alice": "sold", "bob": "sold"})
        self.assertEqual(balance(), 90)  # two were sold for 10, and one was paid

    def test_takes_both_payments_one_after_the_other(self):
        order = [finished("alice"), before("bob", READ)]
        with self.coordinator.run({"alice": buy, "bob": buy}, order) as run:
            run.skip_to(1)
            self.assertEqual(balance(), 90)
            run.finish()
        self.assertEqual(balance(), 80)

    def test_names_the_table_by_the_statement(self):
        order = [before("alice", "pg.query:*", attributes={"db.query.text": "^UPDATE account"})]
        with self.coordinator.run({"alice": buy}, order) as run:
            (reached,) = run.next()
            self.assertEqual(reached.arrival.span.name, "pg.query:UPDATE bank")
            self.assertEqual(balance(), 100)
            run.finish()
        self.assertEqual(balance(), 90)

    def test_is_told_what_an_actor_did_in_place_of_what_was_awaited(self):
        with self.coordinator.run({"alice": buy}, [after("alice", "pg.query:INSERT")]) as run:
            with self.assertRaises(RunFailed) as caught:
                run.next()
        self.assertEqual(caught.exception.code, "CheckpointNotReached")
        self.assertIn("pg.query:SELECT bank", str(caught.exception))

    def test_is_told_of_an_order_that_makes_no_sense(self):
        with self.assertRaises(RunFailed) as caught:
            with self.coordinator.run({"alice": buy}, [finished("bob")]):
                pass
        self.assertEqual(caught.exception.code, "UnknownStarter")

    def test_lets_everything_go_when_the_test_itself_fails(self):
        with self.assertRaisesRegex(AssertionError, "the test's own"):
            with self.coordinator.run({"alice": buy}, [after("alice", READ)]) as run:
                run.next()
                self.fail("the test's own")
        self.assertEqual(balance(), 90)  # alice went on


if __name__ == "__main__":
    unittest.main()
