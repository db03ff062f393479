// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql, token } from '../../lib/client.mjs';
import { checkProblem, exchange, head } from '../../lib/raw.mjs';

const authorization = `Authorization: Bearer ${token('officer')}`;
const mark = `body ${process.pid} ${Date.now()}`;
const activity = { title: mark, happened_on: '2026-02-03', learned: 'How bodies are read.' };

// Sends the bytes of `body`, a Buffer or text in UTF-8.
async function send(body) {
  const bytes = Buffer.from(body);
  const lines = ['POST /v1/activities HTTP/1.1', 'Host: x', authorization, 'Content-Type: application/json', `Content-Length: ${bytes.length}`, 'Connection: close'];
  const [reply] = await exchange([head(...lines), bytes.toString('latin1')]);
  return reply;
}

const withTitle = (text) => `{"title":${text},"happened_on":"2026-02-03","learned":"x"}`;
const deep = (n, open, close) => `{"title":${open.repeat(n)}${close.repeat(n)}}`;

const malformed = {
  'nothing but blanks': [' \r\n\t', 'malformed_json'],
  'no JSON': ['hello', 'malformed_json'],
  'an unquoted key': ['{title:"x"}', 'malformed_json'],
  'single quotes': ["{'title':'x'}", 'malformed_json'],
  'a comma too many': ['{"title":"x",}', 'malformed_json'],
  'a comment': ['{"title":"x"/* y */}', 'malformed_json'],
  'an end too early': ['{"title":"x"', 'malformed_json'],
  'something behind it': ['{"title":"x"} {}', 'malformed_json'],
  'a byte order mark': ['\ufeff{}', 'malformed_json'],
  'a leading zero': ['{"minutes":01}', 'malformed_json'],
  'a number without digits': ['{"minutes":.5}', 'malformed_json'],
  NaN: ['{"minutes":NaN}', 'malformed_json'],
  'an unknown escape': [withTitle('"\\x41"'), 'malformed_json'],
  'a line break in a text': [withTitle('"a\nb"'), 'malformed_json'],
  'half a surrogate pair': [withTitle('"\\ud800"')],
  'a low surrogate alone': [withTitle('"\\udc00"')],
  'a key twice': ['{"title":"a","title":"b"}', 'duplicate_key'],
  'a key twice, once escaped': ['{"title":"a","\\u0074itle":"b"}', 'duplicate_key'],
  'a key twice, far inside': ['{"reflection":{"body":"a","body":"b"}}', 'duplicate_key'],
  'an escaped NUL in a text': [withTitle('"a\\u0000b"'), 'nul_character'],
  'an escaped NUL in a key': ['{"a\\u0000b":1}', 'nul_character'],
  'a NUL itself': [withTitle('"a\0b"')],
  'a NUL behind the end': ['{}\0'],
  'an integer beyond 64 bits': ['{"minutes":99999999999999999999}', 'number_out_of_range'],
  'a thousand digits': [`{"minutes":${'9'.repeat(1000)}}`, 'number_out_of_range'],
  'an exponent beyond a double': ['{"minutes":1e999}', 'number_out_of_range'],
  'a depth bomb of arrays': [deep(100_000, '[', ']'), 'too_deep'],
  'a depth bomb of objects': [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'too_deep'],
  'a depth bomb that never closes': ['['.repeat(500_000), 'too_deep'],
  'an overlong slash': [Buffer.from([...Buffer.from('{"title":"'), 0xc0, 0xaf, ...Buffer.from('"}')]), 'invalid_utf8'],
  'a lone continuation byte': [Buffer.from([...Buffer.from('{"title":"'), 0x80, ...Buffer.from('"}')]), 'invalid_utf8'],
  'a surrogate in UTF-8': [Buffer.from([...Buffer.from('{"title":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]), 'invalid_utf8'],
  'beyond U+10FFFF': [Buffer.from([...Buffer.from('{"title":"'), 0xf4, 0x90, 0x80, 0x80, ...Buffer.from('"}')]), 'invalid_utf8'],
  'a cut sequence': [Buffer.from([...Buffer.from('{"title":"'), 0xe2, 0x82, ...Buffer.from('"}')]), 'invalid_utf8'],
  'ISO 8859-1': [Buffer.from('{"title":"caf\xe9"}', 'latin1'), 'invalid_utf8'],
  'UTF-16': [Buffer.from('{"title":"x"}', 'utf16le')],
};

for (const [what, [body, code]] of Object.entries(malformed))
  test(`malformed: ${what}`, async () => {
    const reply = await send(body);
    checkProblem(reply, 400);
    if (code) assert.equal(reply.json.type.split('#')[1], code, reply.json.detail);
    assert.match(reply.json.detail, /line \d+, column \d+/);
  });

test('an empty body is malformed too', async () => checkProblem(await send(''), 400));

test('the place of a fault is told', async () => {
  const { json } = await send('{\n  "title": "x",\n  "title": "y"\n}');
  assert.match(json.detail, /line 3/);
});

test('every fault of the schema is named at once', async () => {
  const reply = await send(
    JSON.stringify({
      happened_on: '2026-02-30',
      learned: '   ',
      minutes: 1.5,
      stage: 'Not A Code',
      provider: '',
      colour: 'blue',
      reflection: { tier: 'public', mood: 1 },
      alignments: [{ item: 'x' }, { level: 99 }, 7],
    }),
  );
  checkProblem(reply, 422);
  const found = [...new Set(reply.json.errors.map(({ pointer }) => pointer))].sort();
  assert.deepEqual(found, [
    '/alignments/0/item', '/alignments/1/item', '/alignments/1/level', '/alignments/2', '/colour', '/happened_on', '/learned', '/minutes',
    '/provider', '/reflection/body', '/reflection/mood', '/reflection/tier', '/stage', '/title',
  ]);
  for (const { code, detail } of reply.json.errors) assert.ok(/^[a-z_]+$/.test(code) && detail, code);
});

test('other JSON than an object is well-formed and does not fit', async () => {
  for (const body of ['[]', 'null', 'true', '7', '"x"', '[{}]']) {
    const reply = await send(body);
    checkProblem(reply, 422);
    assert.deepEqual(reply.json.errors.map(({ pointer }) => pointer), [''], body);
  }
});

test('a great many faults are counted and not all listed', async () => {
  const reply = await send(JSON.stringify({ ...activity, ...Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field_${i}`, i])) }));
  checkProblem(reply, 422);
  assert.ok(reply.json.errors.length <= 100);
  assert.match(reply.json.detail, /5000|4900/);
});

test('texts come back as they were sent', async () => {
  const texts = ['Élodie O’Thimble', '日本語', '😀', '"quotes" \\ and / slashes', 'tab\tand line\nbreak', '</script>\u2028', "'; drop table person; --", '\u007f', '%s%n {0} ${x}', 'e\u0301'];
  for (const text of texts) {
    const reply = await send(JSON.stringify({ ...activity, title: `${mark} ${text}` }));
    assert.equal(reply.status, 201, reply.body);
    assert.equal(reply.json.title, `${mark} ${text}`);
  }
  const escaped = await send(`{"title":"${mark} \\ud83d\\ude00 \\u00e9","happened_on":"2026-02-03","learned":"x"}`);
  assert.equal(escaped.json.title, `${mark} 😀 é`);
});

test('nothing of what was refused is recorded', () => {
  const [count] = sql("select count(*) from activity_version where learned = 'How bodies are read.' and title like $1", `${mark}%`);
  assert.equal(Number(count), 10);
});
