// SPDX-License-Identifier: MIT
// Whatever happens to people, each report says what a plain recomputation from the facts says, of now and of what was known before; and a report that did
// not would be found out. Settings as in ledger.test.mjs.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { copies } from './copies.mjs';
import { broken, reportMutants } from './mutants.mjs';
import { reportLives } from './reporter.mjs';
import { run } from './run.mjs';
import { connect } from './world.mjs';

const histories = Number(process.env.LEDGER_HISTORIES ?? 60);
const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Date.now() / 86400000));
const { copy, drop } = copies('reports');
after(drop);

test(`reports about ${histories} random histories, seed ${seed}`, async () => {
  const { looks } = await run(await copy('select'), { histories, seed, lives: reportLives() });
  assert.ok(looks > histories / 20, 'it was looked at while it was written');
});

test('an edition that is told while another transaction keeps the first fold waiting is known afterwards', async () => {
  const url = await copy('select'), [other, client] = await Promise.all([connect(url), connect(url)]);
  await other.query('begin');
  await other.query('select pg_current_xact_id()');
  await client.query(`with somebody as (insert into person (given_name, family_name, synthetic) values ('Ada', 'Archer', true) returning person_id)
    insert into posting (person_id, organisation_id, staff_number, worker_type, starts_on) select person_id, organisation_id, '1', 'police_staff', '2020-01-01' from somebody, organisation where code = 'kent'`);
  const { rows: [{ edition }] } = await client.query('select ledger_edition() as edition');
  await other.query('commit');
  const { rows: [told] } = await client.query('select (select count(*)::int from ledger_tick) as ticks, fold_ledger()');
  const { rows: [now] } = await client.query('select edition_is_known($1) as known, (select count(*)::int from ledger_tick) as ticks', [edition]);
  await Promise.all([other.end(), client.end()]);
  assert.deepEqual([now.known, now.ticks], [true, told.ticks + 1]);
});

// A third of them a day, so that three days have all, and a run no more minutes than it is worth.
for (const mutant of reportMutants.filter((_, place) => (place + seed) % 3 === 0))
  test(`found out: ${mutant[0]}`, async () => {
    const url = await copy(broken(mutant));
    await assert.rejects(run(url, { histories: 400, seed: 1, people: 10, eventsEach: 30, lives: reportLives([mutant[4] ?? 'report_strength']) }), /^Error: seed 1, world \d+: [^]*expected .*, found /);
  });
