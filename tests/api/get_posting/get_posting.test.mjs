// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { officer } from '../../lib/force.mjs';
import { postingsOf, workforce } from '../../lib/workforce.mjs';

let force, other, posting;
before(async () => {
  force = workforce('cambridgeshire', { A: {}, B: {}, W: { sensitive: 'yes' } });
  other = workforce('leicestershire');
  [posting] = await postingsOf(force, force.A);
});
const read = (status, as, id = posting.id, headers = {}) => expect(status, 'GET', `/v1/postings/${id}`, { ...as, headers });

test('HR and the person read it, by its version', async () => {
  const reply = await read(200, force.hr);
  assert.deepEqual(reply.json, posting);
  assert.deepEqual((await read(200, officer(force.A))).json, posting);
  await read(304, force.hr, posting.id, { 'if-none-match': reply.headers.get('etag') });
});

test('nobody else does', async () => {
  await read(404, officer(force.B));
  await read(404, other.hr);
  await read(404, force.hr, '00000000-0000-4000-8000-000000000000');
  await read(400, force.hr, 'x');
  const [hidden] = (await expect(200, 'GET', `/v1/people/${force.W}/postings`, force.cleared)).json.postings;
  await read(404, force.hr, hidden.id);
  await read(200, force.cleared, hidden.id);
  await read(200, officer(force.W), hidden.id);
});
