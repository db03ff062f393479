// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { give, problem, scoped } from '../../lib/access.mjs';
import { expect, sql } from '../../lib/client.mjs';
import { header, importFile, importers, sendPart, whenEnded } from '../../lib/imports.mjs';
import { run } from '../../lib/posted.mjs';

const organisation = 'dyfed-powys';
const { cancel, force, hr, make, start, wide } = importers(organisation);

test('an import without parts, or with one missing, is not started', async () => {
  const { id } = await make();
  assert.equal(problem(await start(id, 422)), 'import_empty');
  await sendPart(200, hr, id, 2, 'csv', 'x');
  assert.equal(problem(await start(id, 422)), 'import_part_missing');
  await cancel(id);
});

test('what has been revoked since is gone when it runs', async () => {
  give(force.GONE, 'workforce:write', { organisation });
  const gone = scoped(force.GONE, wide);
  const { id } = await make({}, gone);
  await sendPart(200, gone, id, 1, 'csv', `${header}\nG1-${run},Ann,Ash,police_staff,2024-01-08\n`);
  sql(`update import set state = 'queued', queued_at = now() where id = $1::uuid;
       update access_grant set revoked_at = now() where account_id in (select account_id from account join person using (person_id) where person.id = $2::uuid)`, id, force.GONE);
  const failed = await whenEnded(hr, id);
  assert.deepEqual([failed.state, failed.reason], ['failed', 'Whoever made it may not make such an import any more.']);
  assert.deepEqual(sql('select count(*) from posting where staff_number = $1', `G1-${run}`), ['0']);
});

test('what an import recorded is in the audit trail of each whom it concerns', async () => {
  const done = await importFile(hr, 'people', 'csv', `${header}\nT1-${run},Ann,Ash,police_staff,2024-01-08\n`);
  const events = sql(`select operation || ' ' || kind || ' ' || coalesce((parameters ->> 'added'), '') from audit_trail
    where target = $1 and people @> array(select person.id from person join posting using (person_id) where staff_number = $2)`, `/v1/imports/${done.id}`, `T1-${run}`);
  assert.deepEqual(events, ['start_import change 1']);
});

test('a colleague reads and cancels the import of another, and neither sends parts nor starts it', async () => {
  give(force.C, wide, { organisation });
  const colleague = scoped(force.C, wide);
  const { id } = await make();
  await sendPart(200, hr, id, 1, 'csv', `${header}\n`);
  assert.equal(problem(await sendPart(403, colleague, id, 1, 'csv', header)), 'import_of_another');
  assert.equal(problem(await start(id, 403, colleague)), 'import_of_another');
  assert.deepEqual((({ state, bytes }) => [state, bytes])((await expect(200, 'GET', `/v1/imports/${id}`, colleague)).json), ['open', header.length + 1]);
  assert.equal((await cancel(id, 200, colleague)).json.state, 'cancelled');
});

test('one of which a part is missing when it runs has failed', async () => {
  const { id } = await make();
  await sendPart(200, hr, id, 1, 'csv', `${header}\n`);
  await sendPart(200, hr, id, 3, 'csv', `P1-${run},Ann,Ash,police_staff,2024-01-08\n`);
  sql("update import set state = 'queued', queued_at = now() where id = $1::uuid", id);
  await importFile(hr, 'people', 'csv', `${header}\n`, { dry_run: true });
  const failed = await whenEnded(hr, id);
  assert.deepEqual([failed.state, failed.reason], ['failed', 'Part 2 of the file is missing.']);
});
