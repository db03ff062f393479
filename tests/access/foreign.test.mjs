// SPDX-License-Identifier: MIT
// Real identifiers of others, in every place of the contract that takes one: path, query, header and body, at any depth. The reply is that for an
// identifier that nothing has, byte for byte but for identifiers and times, and shows nothing of whose it is.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { call } from '../lib/client.mjs';
import { contract } from '../lib/contract.mjs';
import { betrayed, endImports, makeCast, makers, nobody, roles } from './cast.mjs';
import { readMatrix } from './matrix.mjs';
import { parametersOf, request } from './requests.mjs';

// By the name of a parameter or property: the others' whose real identifier is tried, and how it is come by.
const object = (name, ...words) => ({ words, value: (cast, word) => makers[name](cast, word) });
const unit = { words: ['away_desk', 'away_covert', 'covert'], value: (cast, word) => cast.units[word] };
const secret = {
  person_id: object('person_id', 'stranger', 'withheld', 'undercover'),
  person: object('person_id', 'stranger', 'withheld', 'undercover'),
  actor: object('person_id', 'stranger', 'undercover'),
  request_id: { words: ['away'], value: (cast, word) => cast.readings[word] },
  posting_id: object('posting_id', 'stranger', 'withheld', 'undercover'),
  transfer_id: object('transfer_id', 'withheld'), // one of the stranger is offered to force H, which reads it
  activity_id: object('activity_id', 'stranger', 'withheld'),
  assertion_id: object('assertion_id', 'stranger', 'stranger.endorsed', 'withheld'),
  assertion: object('assertion_id', 'stranger', 'stranger.endorsed', 'withheld'),
  endorser: object('person_id', 'stranger', 'withheld', 'undercover'),
  endorsement_request_id: object('endorsement_request_id', 'stranger', 'withheld'),
  share_id: object('share_id', 'stranger', 'withheld'),
  account_id: object('account_id', 'stranger', 'withheld'),
  account: object('account_id', 'stranger', 'withheld'),
  grant_id: object('grant_id', 'away.hr'),
  import_id: object('import_id', 'away'), // one for the nation is seen by the nation's own
  report_job_id: object('report_job_id', 'away'),
  issuer_id: { words: ['of_away'], value: (cast) => makers.issuer_id(cast, 'away') },
  staff_number: { words: ['stranger', 'withheld'], value: (cast, word) => `${word}-${cast.run}`, nothing: () => `nobody-${cast.run}` },
  reorganisation_id: object('reorganisation_id', 'by_nation'),
  unit,
  unit_id: object('unit_id', 'away_covert', 'covert'),
  units: unit,
  'Acting-Organisation': { words: ['away'], value: (cast, word) => cast.organisations[word] },
  subject: { words: ['stranger', 'withheld'], value: (cast, word) => cast.subjects[word], nothing: () => `nobody-${cast.run}` },
};
// Names of what anybody signed in may read, so that a real one may be answered otherwise than an unknown one, but never with what is another's.
const open = {
  organisation: { words: ['home', 'away'], value: (cast, word) => cast.organisations[word] },
  organisations: { words: ['home', 'away'], value: (cast, word) => cast.organisations[word] },
  predecessor: { words: ['home', 'away'], value: (cast, word) => cast.organisations[word] },
  successor: { words: ['home', 'away'], value: (cast, word) => cast.organisations[word] },
  item: { words: ['item'], value: (cast) => cast.item },
  course_item: { words: ['item'], value: (cast) => cast.item },
  role: { words: ['role_profile'], value: (cast) => cast.role_profile },
  role_profile: { words: ['role_profile'], value: (cast) => cast.role_profile },
  role: { words: ['role_profile'], value: (cast) => cast.role_profile },
  parent: { words: ['item'], value: (cast) => cast.item },
};
// A taken subject is 409 for whoever registers it: two accounts cannot have it, and the reply says no more than that.
// So is a taken staff number, for those who may give one. And who accepts somebody is shown who that is. Whoever finds specialists in the nation finds
// those of any unit; that nobody else does is tested with that operation.
const excepted = new Set(['register_account body subject', 'accept_transfer body role_profile', 'find_specialists query unit',
  ...['register_person body posting/', 'record_posting body ', 'edit_posting body ', 'accept_transfer body '].map((place) => `${place}staff_number`)]);

// Whose own these are, who may therefore see them.
const theirs = { cleared: ['withheld', 'covert'], hr_other: ['stranger', 'stranger.endorsed', 'away', 'away_desk', 'away.hr'],
  auditor: ['withheld'], nation: ['of_away', 'by_nation'] };
const insiders = ['cleared', 'hr_other'];

const identifies = (name, schema) => schema?.format === 'uuid' || secret[name] || open[name];

// The places of a body that take an identifier: [['alignments', 0, 'item'], ...].
function placesOf(spec, schema, path = []) {
  const [known] = spec.resolve(schema);
  if (known.type === 'array' || known.type?.includes?.('array')) return placesOf(spec, known.items, [...path, 0]);
  return Object.entries(known.properties ?? {}).flatMap(([name, property]) => {
    const [inner] = spec.resolve(property);
    const place = inner.type === 'array' ? [...path, name, 0] : [...path, name];
    return [...(identifies(name, inner) ? [{ in: 'body', name, path: place }] : []), ...placesOf(spec, inner, [...path, name])];
  });
}

function places(spec, operation) {
  const parameters = parametersOf(spec, operation).filter(({ name, schema }) => identifies(name, schema)).map(({ name, in: where }) => ({ in: where, name }));
  const content = Object.values(operation.definition.requestBody?.content ?? {})[0];
  return [...parameters, ...(content ? placesOf(spec, content.schema) : [])];
}

function put(body, [key, ...rest], value) {
  if (!rest.length) return Object.assign(Array.isArray(body) ? [...body] : { ...body }, { [key]: value });
  return Object.assign(Array.isArray(body) ? [...body] : { ...body }, { [key]: put(body?.[key] ?? (typeof rest[0] === 'number' ? [] : {}), rest, value) });
}

// The request with the value in its place.
function placed({ method, target, options }, operation, place, value) {
  const [path, query] = target.split('?');
  if (place.in === 'path') {
    const at = operation.path.split('/').indexOf(`{${place.name}}`);
    const parts = path.split('/').map((part, i) => (i === at ? value : part));
    return { method, target: [parts.join('/'), query].filter(Boolean).join('?'), options };
  }
  if (place.in === 'query') {
    const parameters = new URLSearchParams(query);
    parameters.set(place.name, value);
    return { method, target: `${path}?${parameters}`, options };
  }
  if (place.in === 'header') return { method, target, options: { ...options, headers: { ...options.headers, [place.name.toLowerCase()]: value } } };
  return { method, target, options: { ...options, body: put(options.body, place.path, value) } };
}

const table = readMatrix();
const rowsOf = (operation) => table.rows.filter((row) => row.operation === operation.id);

// The row that a role is answered best in; undefined where it is refused whatever it asks for, which the matrix shows.
const bestWord = (operation, role) => {
  const rows = rowsOf(operation).filter(({ cells }) => cells[role] !== '-');
  const let_in = rows.filter(({ cells }) => !['401', '403'].includes(cells[role].slice(0, 3)));
  return (rows.find(({ cells }) => cells[role].startsWith('2')) ?? let_in[0])?.word;
};

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const day = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const counted = /(fresh|matrix)-\d+|19[67]\d-\d\d-\d\d/g; // the days of postings that are made for a cell, too
const edition = /"edition": ?"[^"]*"/g; // another after each that writes, of whatever is asked for
const alike = (reply, value) =>
  [reply.status, [uuid, day, counted, edition].reduce((text, one) => text.replace(one, '?'), reply.text.replaceAll(value, '?'))];

// What of the others stands in a text: all but the units that anybody may list.
const ofOthers = /\b(stranger|undercover|hr_other|withheld|away_covert|covert)\b/;
const leaks = (text) => betrayed(cast, text).filter((kind) => ofOthers.test(kind));
// The stranger lets the whole service find them as a specialist: who looks in the whole service is shown that, and nobody else who is another's.
const unwilling = /\b(undercover|hr_other|withheld|away_covert|covert)\b/;
const foundByWill = (operation, role) => operation.id === 'find_specialists' && role === 'college';

let spec, cast;

before(async () => {
  spec = await contract();
  cast = await makeCast();
});

async function wrong(operation, place, role) {
  const word = bestWord(operation, role);
  if (word === undefined) return [];
  const { words, value, nothing = nobody } = secret[place.name] ?? open[place.name];
  const send = async (what) => {
    const asked = placed(await request(spec, cast, operation, role, word), operation, place, what);
    return call(asked.method, asked.target, asked.options);
  };
  const answerTo = async (what) => String(alike(await send(what), what));
  // The clerk, or another file, may have changed between two answers what both tell: then they are alike when asked again.
  const told = async (reply, real) => {
    let seen = String(alike(reply, real)), expected = await answerTo(nothing());
    for (let again = 0; again < 3 && seen !== expected; again++) [seen, expected] = [await answerTo(real), await answerTo(nothing())];
    return seen === expected ? [] : [`${seen} instead of ${expected}`];
  };
  const faults = [];
  for (const whose of words.filter((each) => !theirs[role]?.includes(each))) {
    const real = await value(cast, whose);
    const reply = await send(real);
    const found = leaks(reply.text.replaceAll(real, '?')).filter((kind) => !foundByWill(operation, role) || unwilling.test(kind));
    if (reply.status >= 500) faults.push(`${role}, ${whose}: ${reply.status}`);
    if (!insiders.includes(role) && found.length) faults.push(`${role}, ${whose}: shows ${found.join(', ')}`);
    if (!open[place.name]) faults.push(...(await told(reply, real)).map((fault) => `${role}, ${whose}: ${fault}`));
  }
  return faults;
}

test('every place of the contract that takes an identifier is known here', () => {
  const unknown = spec.operations.flatMap((operation) => places(spec, operation).filter(({ name }) => !secret[name] && !open[name]).map(({ name }) => `${operation.id} ${name}`));
  assert.deepEqual(unknown, []);
});

const operations = (await contract()).operations;
for (const operation of operations)
  for (const place of places(await contract(), operation)) {
    const title = `${operation.id} ${place.in} ${place.path?.join('/') ?? place.name}`;
    if (excepted.has(title)) continue;
    test(title, async () => {
      const asking = roles.filter((role) => !['none', 'expired'].includes(role));
      const faults = await Promise.all(asking.map((role) => wrong(operation, place, role)));
      endImports();
      assert.deepEqual(faults.flat(), []);
    });
  }
