// SPDX-License-Identifier: MIT
// A reorganisation takes its locks as all writers do: whoever has somebody's lock writes the posting, and it waits.
import assert from 'node:assert/strict';
import test from 'node:test';
import pg from 'pg';
import { sql } from '../../lib/client.mjs';
import { organisation, postings, reorganised } from '../../lib/organisations.mjs';
import { until } from '../../lib/service.mjs';
import { ownForce } from '../../lib/units.mjs';

test('a posting that is being written goes along, and neither fails', async () => {
  const own = ownForce('early', { A: {} });
  const successor = organisation('late');
  const client = new pg.Client({ connectionString: process.env.SKILLSD_OWNER_URL, options: '-c search_path=skills' });
  await client.connect();
  try {
    await client.query('begin');
    const { rows: [{ person_id }] } = await client.query('select person_id from person where id = $1 for no key update', [own.A]);
    const { rows: [{ pid }] } = await client.query('select pg_backend_pid() as pid');
    const done = reorganised({ happened_on: '2025-10-01', moves: [{ predecessor: own.code, successor }] });
    await until('the reorganisation waits for the person', 30, () =>
      sql('select count(*) from pg_locks where not granted and $1::int = any (pg_blocking_pids(pid))', pid)[0] !== '0');
    // Else the one would wait for the other, and one of them be broken off.
    assert.deepEqual(sql(`select mode from pg_locks where relation = 'skills.posting'::regclass and mode = 'ShareRowExclusiveLock' and $1::int = any (pg_blocking_pids(pid))`, pid), []);
    await client.query("update posting set rank = 'sergeant', worker_type = 'police_officer' where person_id = $1", [person_id]);
    await client.query('select see_person($1)', [person_id]);
    await client.query('commit');
    assert.equal((await done).state, 'done');
  } finally {
    await client.end();
  }
  assert.deepEqual(postings(own.A), ['early A 2020-01-01..2025-09-30 sergeant', 'late A 2025-10-01.. sergeant']);
});
