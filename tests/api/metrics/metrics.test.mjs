// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { contract } from '../../lib/contract.mjs';
import { expect } from '../../lib/client.mjs';

const count = (text, operation) =>
  Number(text.match(new RegExp(`^skillsd_requests_total\\{operation="${operation}",status="2xx"\\} (\\d+)$`, 'm'))?.[1] ?? 0);

test('requests to all workers are counted together, under the name of the operation', async () => {
  const before = count((await expect(200, 'GET', '/metrics')).text, 'read_contract_yaml');
  for (let i = 0; i < 20; i++) await expect(200, 'GET', '/openapi.yaml');
  const reply = await expect(200, 'GET', '/metrics');
  assert.ok(count(reply.text, 'read_contract_yaml') >= before + 20);
  assert.ok(reply.text.endsWith('# EOF\n'));
  assert.match(reply.headers.get('content-type'), /^application\/openmetrics-text; version=1\.0\.0/);
});

test('no label is anything but the contract\'s own names', async () => {
  const ids = new Set((await contract()).operations.map(({ id }) => id));
  await fetch(`${process.env.SKILLSD_URL}/v1/people/somebody-secret`);
  for (const [, operation] of (await expect(200, 'GET', '/metrics')).text.matchAll(/operation="([^"]*)"/g))
    assert.ok(ids.has(operation) || operation === 'none' || operation === '', operation);
});

test('what the clerk reads in the database is there within some seconds', async () => {
  for (let tries = 0; tries < 100; tries++) {
    const { text } = await expect(200, 'GET', '/metrics');
    if (/^skillsd_ledger_unfolded_entries \d+$/m.test(text)) {
      for (const name of ['ledger_behind_seconds', 'ledger_waiting_people', 'audit_unsealed_events']) assert.match(text, new RegExp(`^skillsd_${name} \\d+$`, 'm'));
      return;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail('no gauge of the ledger within ten seconds');
});
