// SPDX-License-Identifier: MIT
// Who plays in the matrix: two forces that no other test that runs beside it uses, everybody who may ask, what each of them has, and by which words a reply betrays it.
import { randomUUID } from 'node:crypto';
import { expect, sql } from '../lib/client.mjs';
import { items } from '../lib/force.mjs';
import { mint } from '../lib/mint.mjs';
import { posted, run } from '../lib/posted.mjs';

// The two files of tests run side by side, each with forces of its own: twenty imports of a force may be under way.
const [home, away] = process.argv[1]?.endsWith('foreign.test.mjs') ? ['durham', 'norfolk'] : ['surrey', 'sussex'];
const forces = { home, away };
const framework = 'cop-cvf-2016';

// Every token has every scope: what it can do is then decided by the grants and by nothing else.
const everything = 'record:read record:write team:read workforce:read workforce:write competencies:assess frameworks:write reports:organisation ' +
  'reports:national completions:write specialists:read sensitive:read audit:read administration';

// The grants of those who ask: scopes, and an organisation, a unit of it, or neither for the nation.
const grants = {
  manager: { of: home, unit: 'team', scopes: 'team:read,competencies:assess' },
  hr: { of: home, scopes: 'workforce:read,workforce:write,reports:organisation,competencies:assess,specialists:read' },
  cleared: { of: home, scopes: 'workforce:read,workforce:write,reports:organisation,competencies:assess,specialists:read,sensitive:read' },
  hr_other: { of: away, scopes: 'workforce:read,workforce:write,reports:organisation,competencies:assess,specialists:read' },
  college: { scopes: 'reports:national,frameworks:write,specialists:read' },
  provider: { of: home, scopes: 'completions:write' },
  auditor: { of: home, scopes: 'audit:read' },
  admin: { of: home, scopes: 'administration' },
  nation: { scopes: 'administration,workforce:write' },
  revoked: { of: home, scopes: 'workforce:read,workforce:write,reports:organisation,competencies:assess', revoked: true },
};
// Who says that they may be found as specialists, and by whom: those who are withheld too, and are not found all the same.
export const reaches = { officer: 'service', colleague: 'organisation', withheld: 'service', stranger: 'service', undercover: 'service' };
const systems = ['college', 'provider', 'auditor', 'admin', 'nation'];
export const roles = ['officer', 'colleague', 'manager', 'hr', 'cleared', 'hr_other', 'college', 'provider', 'auditor', 'admin', 'nation', 'none', 'expired', 'revoked'];

const quoted = (value) => (value === undefined || value === null ? 'null' : `'${value}'`);

// Registers the account of a system, for an organisation or the nation; gives its identifier.
export const system = (subject, organisation) =>
  sql(`insert into account (issuer, subject, title, registered_for)
       values ($1, $2, $2, (select organisation_id from organisation where code = ${quoted(organisation)})) returning id`,
    process.env.SKILLSD_OIDC_ISSUER, subject)[0];

// Gives an account a grant; gives the grant's identifier.
export const grant = (account, { of, unit, scopes, revoked }) =>
  sql(`insert into access_grant (account_id, organisation_id, unit_id, scopes, granted_by, revoked_at)
       select account_id, (select organisation_id from organisation where code = ${quoted(of)}),
              (select unit_id from unit join organisation using (organisation_id) where organisation.code = ${quoted(of)} and unit.code = ${quoted(unit)}),
              string_to_array($2, ','), 'test', ${revoked ? 'now()' : 'null'}
       from account where account.id = $1::uuid returning id`, account, scopes)[0];

// Everybody is in the cast under the name of the staff number; the first of each force is its HR. The mover served the other force before.
function makePeople() {
  const mover = randomUUID();
  const here = posted(home, {
    hr: { unit: 'desk' }, officer: { unit: 'team' }, colleague: { unit: 'desk' }, manager: { unit: 'team' }, cleared: { unit: 'desk' }, revoked: { unit: 'desk' },
    withheld: { unit: 'covert', parent_unit: 'team', unit_sensitive: 'yes' },
    mover: { unit: 'desk', person_id: mover, starts_on: '2023-01-01', joiner_type: 'transfer' },
  });
  const there = posted(away, {
    hr_other: { unit: 'desk' }, stranger: { unit: 'desk' }, undercover: { unit: 'covert', unit_sensitive: 'yes' },
    mover: { unit: 'desk', person_id: mover, ends_on: '2022-12-31', leaver_type: 'transfer', subject: '' },
  });
  const { hr: _, ...others } = there;
  return { ...here, ...others };
}

const token = (subject, seconds) => ({ as: { token: mint(subject, everything, seconds) } });

const subjects = (people) => Object.fromEntries(
  sql(`select person.id || ' ' || account.id || ' ' || account.subject from account join person using (person_id)
       where person.id in (${Object.values(people).map(quoted)})`).map((line) => line.split(' ')).map(([person, account, subject]) => [person, { account, subject }]));

const unitsOf = (organisation, name) => Object.fromEntries(
  sql(`select unit.code || ' ' || unit.id from unit join organisation using (organisation_id) where organisation.code = $1`, organisation)
    .map((line) => line.split(' ')).map(([code, id]) => [name(code), id]));

// What a person of the cast has from the beginning: an activity with a private thought, a claim of a level, and one of an item that no cell records anything of.
async function record(cast, name) {
  const as = cast.callers[name];
  await expect(201, 'POST', '/v1/activities', { ...as, body: cast.activity(name) });
  await expect(201, 'POST', '/v1/assertions', { ...as, body: cast.claim(name) });
  return (await expect(201, 'POST', '/v1/assertions', { ...as, body: { ...cast.claim(name), item: cast.quiet_item } })).json.id;
}

export async function makeCast() {
  // Those that a run before has left open.
  sql(`update import set state = 'cancelled', ended_at = now() where state = 'open' and created_at < now() - interval '1 minute'
         and (organisation_id is null or organisation_id in (select organisation_id from organisation where code in ($1, $2)))`, home, away);
  const people = makePeople();
  const known = subjects(people);
  const cast = { home, away, framework, people, accounts: {}, grants: {}, callers: {}, run };
  for (const [name, id] of Object.entries(people)) {
    cast.accounts[name] = known[id].account;
    cast.callers[name] = token(known[id].subject);
  }
  for (const name of systems) {
    cast.accounts[name] = system(`${name}-${run}`, grants[name].of);
    cast.callers[name] = token(`${name}-${run}`);
  }
  for (const [name, given] of Object.entries(grants))
    cast.grants[name] = sql(`update access_grant g set scopes = string_to_array($2, ',') from account
                             where account.account_id = g.account_id and account.id = $1::uuid returning g.id`, cast.accounts[name], given.scopes)[0]
      ?? grant(cast.accounts[name], given);
  cast.subjects = Object.fromEntries(Object.entries(people).map(([name, id]) => [name, known[id].subject]));
  cast.organisations = Object.fromEntries(Object.entries(forces).map(([name, code]) => [name, sql('select id from organisation where code = $1', code)[0]]));
  cast.callers.none = {};
  cast.callers.expired = token(known[people.hr].subject, -3600);
  cast.units = { ...unitsOf(home, (code) => code), ...unitsOf(away, (code) => `away_${code}`) };
  const known_items = await items(framework);
  [cast.item, cast.quiet_item] = [known_items['we-are-collaborative'], known_items['we-take-ownership']];
  cast.item_of_gdd = sql(`select item.id from framework_item item join framework_version using (framework_version_id)
                          join framework using (framework_id) where framework.code = 'gdd' order by 1 limit 1`)[0];
  cast.role_profile = (await expect(201, 'POST', `/v1/frameworks/${framework}/role-profiles`, { ...cast.callers.college, body: {
    code: `cast-${run}`, family: 'A family', role: 'A role', role_level: 'A seniority', title: 'A role', requirements: [{ item: cast.item, level: 3 }] } })).json.id;
  cast.activity = (name) => ({ title: `record-of-${name}-${run}`, happened_on: '2025-03-10', learned: 'How to ask.', alignments: [{ item: cast.item }],
    reflection: { body: `thought-of-${name}-${run}`, tier: 'private' } });
  cast.claim = (name) => ({ item: cast.item, level: 1, valid_from: '2024-01-01', evidence: `record-of-${name}-${run}` });
  for (const [name, reach] of Object.entries(reaches))
    await expect(200, 'PUT', '/v1/me/specialist-listing', { ...cast.callers[name], body: { reach } });
  const claims = {};
  for (const name of Object.keys(people)) claims[name] = await record(cast, name);
  await expect(201, 'POST', '/v1/endorsement-requests', { ...cast.callers.officer, body: { assertion: claims.officer, endorser: people.colleague } });
  const share = await expect(201, 'POST', '/v1/shares', { ...cast.callers.officer, body: { organisation: home, until: '2020-01-01' } });
  cast.transfers = Object.fromEntries(['officer', 'stranger', 'withheld'].map((name) => [name, transferOf(cast, name)]));
  cast.issuers = Object.fromEntries(['home', 'away', 'nation'].map((name) => [`of_${name}`, issuer(name)]));
  // Two readings that stand in the audit trail before anything of the matrix is asked for.
  const read = async (role, name) => (await expect(200, 'GET', `/v1/people/${people[name]}`, cast.callers[role])).headers.get('x-request-id');
  cast.readings = { home: await read('hr', 'officer'), away: await read('hr_other', 'stranger') };
  cast.ready = new Date().toISOString();
  cast.shares = { officer: share.json.id };
  return cast;
}

// Things that are made anew for each cell, so that a cell can change them: by the name of the parameter that takes their identifier. `which` is the
// An import of assertions for a force by its HR, or of people for the nation by nobody, with its part.
let importing = false;
function importOf(organisation, maker) {
  importing = true;
  const place = `(select organisation_id from organisation where code = '${organisation}')`;
  const [id] = sql(`insert into import (kind, format, mode, dry_run, title, organisation_id, cleared, issuer, subject, scopes, made_by, parts, bytes)
    values ('${organisation ? 'assertions' : 'people'}', 'csv', 'good_rows', false, 'An import of the matrix ${run}', ${place}, false, $1, $2, '', 'Nobody', 1, 1)
    returning id`, process.env.SKILLSD_OIDC_ISSUER, maker);
  sql("insert into import_part (import_id, part, content, sha256) select import_id, 1, 'x', '' from import where id = $1::uuid", id);
  return id;
}

// Cancels the imports that were made for cells that have been asked for, as twenty of an organisation may be under way.
export function endImports() {
  if (!importing) return;
  sql(`update import set state = 'cancelled', ended_at = now() where title = 'An import of the matrix ${run}' and state = 'open'`);
  importing = false;
}

// A report job that is done, made by the HR of a force acting for it, or by the College for the nation.
function reportJobOf(organisation, maker) {
  const [id] = sql(`insert into report_job (report, parameters, format, organisation_id, required, issuer, subject, state, started_at, ended_at, expires_at,
                                            media, sha256, reach, people, rows, bytes)
    values ('report_strength', '{}', 'csv', (select organisation_id from organisation where code = ${quoted(organisation)}), 'reports:organisation', $1, $2,
            'done', now(), now(), now() + interval '1 day', 'text/csv', 'x', '{}', '{}', 1, 1)
    returning id`, process.env.SKILLSD_OIDC_ISSUER, maker);
  sql("insert into report_piece (report_job_id, piece, content) select report_job_id, 1, 'x' from report_job where id = $1::uuid", id);
  return id;
}

// word of the table: a person of the cast, a person and a basis, or whose account or grant it is; `own` is said when the caller's own is asked for.
const elsewhere = ['stranger', 'hr_other', 'undercover'];
const assessor_of = { officer: 'hr', colleague: 'hr', mover: 'hr', withheld: 'cleared', stranger: 'hr_other' };
export const fresh = new Set();
const remembered = (id) => (fresh.add(id), id);
const made = async (as, target, body) => remembered((await expect(201, 'POST', target, { ...as, body })).json.id);
let count = 0;
// Who is asked by whom, for a request for endorsement.
const partners = { officer: 'colleague', colleague: 'officer', stranger: 'hr_other', hr_other: 'stranger', withheld: 'mover', undercover: 'stranger' };
const partner = (name) => partners[name] ?? 'officer';
const freshName = () => `fresh-${++count}-${run}`;

const accountOf = (cast, name) =>
  sql(`insert into account (issuer, subject, person_id, registered_for)
       select $1, $2, person_id, (select organisation_id from organisation where code = $4) from person where id = $3::uuid returning id`,
    process.env.SKILLSD_OIDC_ISSUER, freshName(), cast.people[name], elsewhere.includes(name) ? away : home)[0];

const issuer = (name) =>
  sql(`with made as (
         insert into issuer (url, title, audience, scopes, national, managed_by)
         values ('https://login.invalid/' || $1, 'An issuer', 'skillsd', '{record:read}', $2, (select organisation_id from organisation where code = ${quoted(forces[name])}))
         returning id, issuer_id, managed_by
       ), part as (
         insert into issuer_organisation (issuer_id, organisation_id) select issuer_id, managed_by from made where managed_by is not null
       )
       select id from made`, freshName(), !forces[name])[0];

// One more posting of a person, as the latest, for a day long ago; the person so has it where they are posted anyway. The person is locked first, as
// everybody does who writes postings, by a statement of its own: one that names postings holds them already.
const postingOf = (person) =>
  sql(`do $lock$ begin perform from person where id = $1::uuid for no key update; end $lock$;
       with made as (
         insert into posting (person_id, organisation_id, unit_id, staff_number, worker_type, starts_on, ends_before, sensitive)
         select person_id, organisation_id, unit_id, staff_number, worker_type, date '1960-01-01' + ${++count}, date '1960-01-02' + ${count}, sensitive
         from posting join person using (person_id) where person.id = $1::uuid order by starts_on desc limit 1
         returning posting.id, posting.person_id
       )
       select made.id from made, see_person(made.person_id)`, person)[0];

// Somebody who has the name of one of the cast, served in the same force in 2020, and can be passed on, to the other one.
const alike = (cast, name) =>
  remembered(sql(`with made as (
         insert into person (given_name, family_name) values ('Test', $1) returning id, person_id
       ), served as (
         insert into posting (person_id, organisation_id, unit_id, staff_number, worker_type, starts_on, ends_before, sensitive)
         select made.person_id, organisation_id, unit_id, $2, worker_type, '2020-01-01', '2021-01-01', sensitive
         from made, posting join person using (person_id) where person.id = $3::uuid order by starts_on desc limit 1
       )
       select id from made`, `${name}-${run}`, `${name}-${run}-${++count}`, cast.people[name])[0]);
const seen = (person) => (sql('select see_person(person_id) from person where id = $1::uuid', person), person);

const transferOf = (cast, name) =>
  sql(`insert into transfer (kind, person_id, given_name, family_name, staff_number, from_organisation_id, to_organisation_id, starts_on, withheld, posting_id)
       select 'transfer', person_id, given_name, family_name, staff_number, organisation_id, (select organisation_id from organisation where code = $2),
              '2021-01-01', withheld, posting_id
       from posting join person using (person_id) where person.id = $1::uuid returning id`, seen(alike(cast, name)), elsewhere.includes(name) ? home : away)[0];

export const makers = {
  posting_id: (cast, which) => cast.people[which] && remembered(postingOf(cast.people[which])),
  transfer_id: (cast, which) => cast.people[which] && remembered(transferOf(cast, which)),
  leaver: (cast, which) => seen(alike(cast, which)),
  person_id: (cast, which) => cast.people[which],
  activity_id: (cast, which) => cast.people[which] && made(cast.callers[which], '/v1/activities', cast.activity(which)),
  assertion_id: (cast, which) => {
    const [name, basis] = which.split('.');
    if (!cast.people[name]) return undefined;
    if (!basis) return made(cast.callers[name], '/v1/assertions', cast.claim(name));
    return made(cast.callers[assessor_of[name]], `/v1/people/${cast.people[name]}/assertions`, { ...cast.claim(name), basis });
  },
  // A request of the person's to a colleague of the same force; "x.asked": one made to x by the colleague.
  endorsement_request_id: async (cast, which) => {
    const [name, asked] = which.split('.');
    if (!cast.people[name]) return undefined;
    const [asker, endorser] = asked ? [partner(name), name] : [name, partner(name)];
    const assertion = await makers.assertion_id(cast, asker);
    return made(cast.callers[asker], '/v1/endorsement-requests', { assertion, endorser: cast.people[endorser] });
  },
  share_id: (cast, which) =>
    cast.people[which] && made(cast.callers[which], '/v1/shares', { organisation: elsewhere.includes(which) ? away : home, until: '2020-01-01' }),
  account_id: (cast, which, own) => {
    if (own) return cast.accounts[which];
    return remembered(cast.people[which] ? accountOf(cast, which) : system(freshName(), forces[which]));
  },
  issuer_id: (cast, which) => remembered(issuer(which)),
  // A unit of its own for each cell, below the sensitive one or at the top.
  unit_id: (cast, which) => remembered(sql(`insert into unit (organisation_id, code, name, parent_id, sensitive)
       select o.organisation_id, $1, $1, (select unit_id from unit where unit.organisation_id = o.organisation_id and code = $3), $4
       from organisation o where o.code = $2 returning id`, freshName(), which.startsWith('away') ? away : home, which.endsWith('covert') ? 'covert' : '', which.endsWith('covert'))[0]),
  reorganisation_id: (cast) => made(cast.callers.nation, '/v1/reorganisations',
    { happened_on: '2030-01-01', dry_run: true, moves: [{ predecessor: home, successor: away, units: [cast.units.desk] }] }),
  grant_id: (cast, which, own) => {
    if (own) return cast.grants[which];
    const [name, role] = which.split('.');
    return remembered(grant(remembered(system(freshName(), forces[name])), { ...grants[role], of: forces[name] }));
  },
  report_job_id: (cast, which) =>
    remembered(reportJobOf(forces[which], { home: cast.subjects.hr, away: cast.subjects.hr_other }[which] ?? `college-${cast.run}`)),
  import_id: (cast, which) => remembered(importOf(forces[which], { home: cast.subjects.hr, away: cast.subjects.hr_other }[which] ?? 'nobody')),
};
export const nobody = () => randomUUID();

// What a text betrays: who and what of the cast stands in it, by kind.
export function betrayed(cast, text) {
  const found = (names, marks) => names.filter((name) => marks(name).some((mark) => mark && text.includes(mark)));
  const people = Object.keys(cast.people);
  const kinds = {
    people: found(people, (name) => [cast.people[name], `"${name}-${run}`, ` ${name}-${run}`, `${home}-${name}-${run}`, `${away}-${name}-${run}`]),
    units: found(Object.keys(cast.units), (name) => [cast.units[name]]),
    accounts: found(Object.keys(cast.accounts), (name) => [cast.accounts[name]]),
    grants: found(Object.keys(cast.grants), (name) => [cast.grants[name]]),
    transfers: found(Object.keys(cast.transfers), (name) => [cast.transfers[name]]),
    shares: found(Object.keys(cast.shares), (name) => [cast.shares[name]]),
    issuers: found(Object.keys(cast.issuers), (name) => [cast.issuers[name]]),
    records: found(people, (name) => [`record-of-${name}-${run}`]),
    thoughts: found(people, (name) => [`thought-of-${name}-${run}`]),
  };
  return Object.entries(kinds).filter(([, names]) => names.length).map(([kind, names]) => `${kind}: ${names.join(' ')}`);
}
