// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { expect, pointers, sql } from '../../lib/client.mjs';

const mark = `idempotency ${process.pid} ${Date.now()}`;
const recorded = (title) => Number(sql('select count(*) from activity_version where title = $1', title)[0]);
const activity = (title) => ({ title: `${mark} ${title}`, happened_on: '2026-02-03', learned: 'That once is enough.' });
const log = (status, key, body, as = 'officer') => expect(status, 'POST', '/v1/activities', { as, body, headers: { 'idempotency-key': key } });

test('the same request again gives the same reply and no second activity', async () => {
  const body = activity('again');
  const key = randomUUID();
  const first = await log(201, key, body);
  const second = await log(201, key, body);
  assert.equal(second.text, first.text);
  for (const name of ['location', 'etag', 'content-type']) assert.equal(second.headers.get(name), first.headers.get(name));
  assert.ok(first.headers.get('location').endsWith(first.json.id));
  assert.equal(recorded(body.title), 1);
});

test('without a key, or with another, it is another activity', async () => {
  const body = activity('twice');
  await expect(201, 'POST', '/v1/activities', { as: 'officer', body });
  await expect(201, 'POST', '/v1/activities', { as: 'officer', body });
  await log(201, randomUUID(), body);
  await log(201, randomUUID(), body);
  assert.equal(recorded(body.title), 4);
});

test('a key used for another body is refused', async () => {
  const key = randomUUID();
  await log(201, key, activity('one'));
  await log(422, key, activity('other'));
  assert.equal(recorded(activity('other').title), 0);
});

test('a key is its principal’s own', async () => {
  const key = randomUUID();
  const mine = await log(201, key, activity('mine'));
  const theirs = await log(201, key, activity('theirs'), 'manager');
  assert.notEqual(theirs.json.id, mine.json.id);
});

test('twenty at once make one activity, and all get its reply', async () => {
  const body = activity('at once');
  const key = randomUUID();
  const replies = await Promise.all(Array.from({ length: 20 }, () => log(201, key, body)));
  assert.equal(new Set(replies.map(({ text }) => text)).size, 1);
  assert.equal(new Set(replies.map(({ headers }) => headers.get('x-request-id'))).size, 20, 'each request has its own id');
  assert.equal(recorded(body.title), 1);
});

test('a request that is refused keeps no key', async () => {
  const key = randomUUID();
  await log(422, key, { ...activity('refused'), minutes: 0 });
  await log(201, key, activity('refused'));
});

test('a key that is none is refused and named', async () => {
  const body = activity('bad key');
  for (const key of ['x'.repeat(256), '""', 'a b', 'a"b', 'a\\b', '"a']) assert.deepEqual(pointers(await log(400, key, body)), ['header:Idempotency-Key'], key);
  assert.equal(recorded(body.title), 0);
  await log(201, 'x'.repeat(200) + randomUUID(), body);
});
