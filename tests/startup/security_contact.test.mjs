// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { run, serve } from '../lib/service.mjs';

test('a security contact that is no URI ends the start', () => {
  for (const contact of ['security@example.invalid', 'http://example.invalid/', 'mailto:', 'mailto:a@b\nExpires: never', 'tel: 1']) {
    const { status, stderr } = run(['serve'], { SKILLSD_SECURITY_CONTACT: contact });
    assert.equal(status, 78, contact);
    assert.match(stderr, /SKILLSD_SECURITY_CONTACT: ".*" is not a mailto:, https: or tel: URI/s);
  }
});

test('without a contact the log says so, and security.txt is not found', { timeout: 30_000 }, async (t) => {
  const service = await serve(t, { SKILLSD_SECURITY_CONTACT: undefined });
  assert.equal(service.log.filter(({ event }) => event === 'no_security_contact').length, 1);
  const reply = await service.ask('/.well-known/security.txt');
  assert.equal(reply.status, 404);
  assert.equal(reply.json.type.split(/[:/#]/).at(-1), 'no_security_contact');
  assert.equal(reply.headers['cache-control'], 'no-store');
});
