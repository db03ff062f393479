// SPDX-License-Identifier: MIT
// Whatever happens to people, and however many write it at once, the ledger says at every moment what the facts imply; and a ledger that did not would be
// found out. Settings: LEDGER_HISTORIES (60), LEDGER_SEED (of the day, so that it is not always the same).
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { copies } from './copies.mjs';
import { broken, mutants } from './mutants.mjs';
import { run } from './run.mjs';
import { connect } from './world.mjs';

const histories = Number(process.env.LEDGER_HISTORIES ?? 60);
const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Date.now() / 86400000));
const { copy, drop } = copies('ledger');
after(drop);

test(`${histories} random histories, seed ${seed}`, async () => {
  const clean = await copy('select');
  const { looks } = await run(clean, { histories, seed, tell: process.env.LEDGER_TELL ? (so) => console.error(JSON.stringify(so)) : undefined });
  assert.ok(looks > histories / 20, 'it was looked at while it was written');
  const client = await connect(clean);
  const faults = (await client.query(`select unnest(faults) as fault from audit_people(0, 1000000, null, null)
    union all select audit_folded(key) from audit_organisations() as key union all select audit_mark()`)).rows;
  await client.end();
  assert.deepEqual(faults, [], 'the ledger\'s own proof finds nothing either');
});

for (const mutant of mutants)
  test(`found out: ${mutant[0]}`, async () => {
    const url = await copy(broken(mutant));
    await assert.rejects(run(url, { histories: 400, seed: 1, people: 8, eventsEach: 30 }), /^Error: seed 1, world \d+: [^]*expected -?\d+, found -?\d+/);
  });
