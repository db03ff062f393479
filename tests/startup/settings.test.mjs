// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import net from 'node:net';
import test from 'node:test';
import { folder, run } from '../lib/service.mjs';

const refused = (changes, ...sentences) => {
  for (const command of ['serve', 'check', 'migrate']) {
    const { status, stdout, stderr } = run([command], changes);
    assert.equal(status, 78, `${command}: ${stderr}`);
    assert.equal(stdout, '');
    for (const sentence of sentences) assert.match(stderr, sentence);
  }
};

test('every setting that is wrong is named at once', () => {
  refused(
    { SKILLSD_LISTN: '127.0.0.1:1', SKILLSD_WORKERS: 'many', SKILLSD_BODY_BYTES: '12', SKILLSD_DEMO: 'yes', SKILLSD_LOG_LEVEL: 'loud' },
    /^SKILLSD_LISTN: there is no setting of this name$/m,
    /^SKILLSD_WORKERS: "many" is not a whole number from 0 to 64$/m,
    /^SKILLSD_BODY_BYTES: "12" is not a whole number from 1024 to 67108864$/m,
    /^SKILLSD_DEMO: "yes" is not 0 or 1$/m,
    /^SKILLSD_LOG_LEVEL: "loud" is not one of debug, info, warning, error$/m,
  );
});

test('numbers that only look like numbers are refused', () => {
  for (const value of [' 2', '+2', '2 ', '0x2', '2.0', '1e1', '99999999999999999999', '-1', '65'])
    refused({ SKILLSD_WORKERS: value }, /^SKILLSD_WORKERS: ".*" is not a whole number from 0 to 64$/m);
});

test('the settings that serving needs are named when they are not set', () => {
  for (const name of ['SKILLSD_DATABASE_URL', 'SKILLSD_OIDC_ISSUER', 'SKILLSD_JWKS'])
    for (const value of [undefined, '']) {
      const { status, stderr } = run(['serve'], { [name]: value });
      assert.equal(status, 78);
      assert.match(stderr, new RegExp(name));
    }
});

test('a key set that is not there, and an address in use, end the start with a reason', async (t) => {
  const missing = run(['serve'], { SKILLSD_DEMO: '0', SKILLSD_JWKS: join(folder(t), 'none.json') });
  assert.equal(missing.status, 78);
  assert.match(missing.stderr, /none\.json/);
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = `127.0.0.1:${server.address().port}`;
  const taken = run(['serve'], { SKILLSD_LISTEN: address });
  assert.equal(taken.status, 69);
  assert.ok(taken.stderr.includes(address));
  const nowhere = run(['serve'], { SKILLSD_LISTEN: 'nowhere' });
  assert.notEqual(nowhere.status, 0);
  assert.match(nowhere.stderr, /nowhere/);
});

test('help lists every setting that the source defines, and every command answers --help', () => {
  const { status, stdout } = run(['help']);
  assert.equal(status, 0);
  const source = readFileSync(new URL('../../service/base/settings.c', import.meta.url), 'utf8');
  const names = [...source.matchAll(/\{PREFIX "([A-Z_]+)", TYPE_/g)].map(([, name]) => `SKILLSD_${name}`);
  assert.ok(names.length > 10);
  for (const name of names) assert.match(stdout, new RegExp(`^${name} +(text|integer|flag|choice) `, 'm'));
  for (const command of ['serve', 'check', 'migrate', 'import', 'token', 'demo', 'help']) {
    const help = run([command, '--help']);
    assert.equal(help.status, 0, command);
    assert.match(help.stdout, new RegExp(`skillsd ${command}`));
  }
});

test('unknown commands and arguments are a matter of usage', () => {
  for (const parts of [[], ['sing'], ['serve', 'now'], ['check', '--online'], ['migrate', '--back'], ['token'], ['import', 'people']]) {
    const { status, stdout, stderr } = run(parts);
    assert.equal(status, 64, parts.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /usage/i);
  }
});
