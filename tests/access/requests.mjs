// SPDX-License-Identifier: MIT
// How a row of the matrix becomes a request: what the contract does not say by itself. An operation without an entry takes no query and no body, and its
// path is filled from the word of the row.
import { all, expect } from '../lib/client.mjs';
import { makers, nobody, reaches } from './cast.mjs';

let fresh = 0;
// A posting of a day long ago, which no other has.
const posting = ({ run }) => {
  const day = new Date(Date.UTC(1970, 0, 1 + ++fresh)).toISOString().slice(0, 10);
  return { staff_number: `matrix-${fresh}-${run}`, worker_type: 'police_staff', starts_on: day, ends_on: day };
};
const item = (cast) => ({ item: cast.item, level: 2 });
const unit = (cast, which) => (which === '-' ? '' : `&unit=${cast.units[which]}`);
const report = (cast, which) => `framework=${cast.framework}&from=2025-01&until=2025-06&by=unit${unit(cast, which)}`;
const changes = (cast, which) => `framework=${cast.framework}&from=2020-01&until=2025-06&by=unit${unit(cast, which)}`;
// What few hold: the cast has claimed an item that, of those of the framework, no other cast is likely to have.
let claimed;
async function claimOne(cast) {
  const known = (await all('/v1/frameworks/gdd-pcf/items?limit=500', { as: 'officer' }, 'items')).filter(({ levels }) => levels).map(({ id }) => id);
  const one = known[[...cast.run].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % known.length, 0)];
  for (const name of Object.keys(cast.people))
    await expect(201, 'POST', '/v1/assertions', { ...cast.callers[name], body: { item: one, level: 1, valid_from: '2024-01-01' } });
  return one;
}
async function few(cast, which) {
  claimed ??= claimOne(cast);
  return `framework=gdd-pcf&item=${await claimed}&level=1&most=10${unit(cast, which)}`;
}
const named = (cast, which) => (which === 'home' || which === 'away' ? `&organisation=${cast[which]}` : '');

// operation -> {query(cast, which), body(cast, which, role), path: {name(cast, which)}, counts(cast, row)}; `which` is the word of the table, and rows
// of a list that do not count are those that other cells have made; `later` are columns that fill by themselves or by other cells, and are not compared.
export const requests = {
  list_people: { query: (cast, which) => `limit=500${unit(cast, which)}` },
  list_organisations: { query: () => 'limit=500', counts: (cast, row) => row.code === cast.home || row.code === cast.away }, // not those of other tests
  list_units: { query: () => 'limit=500', counts: (cast, row) => !/^(fresh|matrix)-/.test(row.code) },
  list_activities: { query: () => 'limit=500' },
  list_assertions: { query: () => 'limit=500' },
  list_person_assertions: { query: () => 'limit=500' },
  get_skills: { query: (cast) => `framework=${cast.framework}` },
  get_record: { query: () => 'by=item' },
  list_accounts: { query: () => 'limit=500&state=all' },
  list_grants: { query: (cast, which) => `limit=500&state=all${named(cast, which)}` },
  list_postings: { query: () => 'limit=500' },
  list_person_postings: { query: () => 'limit=500' },
  list_transfers: { query: () => 'limit=500' },
  register_person: { body: (cast) => ({ given_name: 'Test', family_name: 'Registered', posting: posting(cast) }) },
  edit_person: { body: () => ({ given_name: 'Test' }) },
  record_posting: { body: ({ run }) => ({ ...posting({ run }), staff_number: undefined }) },
  edit_posting: { body: () => ({ grade: 'Grade 7' }) },
  retract_posting: { body: () => ({ reason: 'By mistake.' }) },
  open_transfer: {
    body: (cast, which) => ({ kind: 'transfer', organisation: which === 'stranger' ? cast.home : cast.away, starts_on: '2020-06-01',
      person: which === 'nobody' ? nobody() : makers.leaver(cast, which) }),
  },
  accept_transfer: { body: ({ run }) => ({ staff_number: `matrix-${++fresh}-${run}`, worker_type: 'police_staff', ends_on: '2021-06-30' }) },
  cancel_transfer: { body: () => ({}) },
  record_assertion: { body: (cast, which) => ({ ...item(cast), basis: 'endorsed', evidence: `record-of-${which}-${cast.run}` }) },
  claim_competency: { body: (cast) => item(cast) },
  log_activity: { body: () => ({ title: 'A course', happened_on: '2025-04-01', learned: 'How to ask.' }) },
  edit_activity: { body: () => ({ learned: 'How to ask better.' }) },
  withdraw_assertion: { body: () => ({}) },
  succeed_assertion: { body: (cast, which) => ({ level: 2, evidence: `record-of-${which.split('.')[0]}-${cast.run}` }) },
  explain_skill: { path: { item: (cast) => cast.quiet_item } },
  explain_person_skill: { path: { item: (cast) => cast.quiet_item } },
  list_person_skills: { query: (cast) => `framework=${cast.framework}` },
  create_role_profile: { body: (cast) => ({ code: `matrix-${++fresh}-${cast.run}`, role: 'A role', title: 'A role', requirements: [item(cast)] }) },
  replace_role_profile: { body: (cast) => ({ family: 'A family', role: 'A role', role_level: 'A seniority', title: 'A role', requirements: [{ item: cast.item, level: 3 }] }) }, // which nobody reaches: there are next steps after it
  // Each asks about a claim of the own; the row says whom.
  request_endorsement: {
    body: async (cast, which, role) => ({ assertion: (await makers.assertion_id(cast, role)) ?? nobody(), endorser: cast.people[which] ?? nobody() }),
  },
  list_endorsement_requests: { query: () => 'limit=500' },
  answer_endorsement_request: { body: () => ({ answer: 'endorse' }) },
  find_colleagues: { query: (cast, which) => `name=${which === 'nobody' ? 'nobody' : which}-${cast.run}` },
  share_record: { body: (cast, which) => ({ organisation: cast[which] ?? which, until: '2020-01-01' }) },
  register_account: {
    body: (cast, which) => ({ issuer: process.env.SKILLSD_OIDC_ISSUER, subject: `matrix-${++fresh}-${cast.run}`,
      ...(which === 'system' ? { title: 'A system' } : { person: cast.people[which] ?? nobody() }) }),
  },
  give_grant: {
    // officer/home: something for the organisation; admin/home: an administrator of it; college/nation: something for the nation.
    body: (cast, which) => {
      const [account, place] = which.split('/');
      const scopes = { nation: ['reports:national'] }[place] ?? [account === 'admin' ? 'administration' : 'audit:read'];
      return { account: account === 'nobody' ? nobody() : makers.account_id(cast, account === 'admin' ? 'home' : account), scopes,
        ...(place === 'nation' ? {} : { organisation: cast[place] }) };
    },
  },
  search_audit_events: { query: (cast, which) => `request_id=${cast.readings[which]}`, later: ['sequence'] }, // once it is sealed
  list_audit_heads: { counts: () => false }, // as many as have been signed so far
  export_audit_events: { query: () => 'from_sequence=1&until_sequence=2' },
  list_record_readers: { query: () => 'limit=500', counts: (cast, row) => row.happened_at < cast.ready },
  list_issuers: { query: () => 'limit=500&state=all' },
  register_issuer: {
    body: (cast, which) => ({ url: `https://login.invalid/matrix-${++fresh}-${cast.run}`, title: 'An issuer', audience: 'skillsd', scopes: ['record:read'],
      ...(which === 'nation' ? { national: true } : { organisations: [cast[which]] }) }),
  },
  edit_issuer: { body: () => ({ title: 'Another title' }) },
  reorganise: {
    body: (cast) => ({ happened_on: '2030-01-01', dry_run: true, moves: [{ predecessor: cast.home, successor: cast.away, units: [cast.units.desk] }] }),
  },
  create_unit: { body: (cast, which) => ({ code: `matrix-${++fresh}-${cast.run}`, name: 'A unit', ...(which === 'sensitive' ? { sensitive: true } : {}) }) },
  edit_unit: { body: () => ({ name: 'Another name' }) },
  succeed_unit: { body: (cast) => ({ happens_on: '2025-01-01', parts: [{ unit: cast.units.desk }] }) },
  register_organisation: {
    body: (cast) => ({ code: `matrix-${++fresh}-${cast.run}`, name: 'A made-up force', kind: 'synthetic', nation: 'Nowhere' }) },
  edit_organisation: { body: (cast, which) => ({ region: 'South East' }) },
  list_reorganisations: { counts: () => false }, // as many as were ever asked for
  get_reorganisation: { later: ['people', 'postings_continued', 'postings_moved', 'postings_ended', 'units', 'waiting', 'started_at', 'ended_at'] },
  record_completion: {
    // officer/home: the person of this name, by staff number, of this force.
    body: (cast, which) => {
      const [name, place] = which.split('/');
      return { organisation: cast[place], staff_number: `${name}-${cast.run}`, reference: `matrix-${++fresh}-${cast.run}`, title: `matrix-${fresh}-${cast.run}`,
        happened_on: '2024-05-01', learned: 'How to ask.' };
    },
  },
  list_imports: { query: () => 'limit=500', counts: () => false },
  create_import: { body: (cast, which) => ({ kind: which, format: 'csv', mode: 'good_rows', dry_run: true, title: 'An import of the matrix' }) },
  import_file: { query: (cast, which) => `kind=${which}&mode=good_rows&dry_run=true&title=An+import+of+the+matrix`, raw: () => 'item\n', type: 'text/csv' },
  put_import_part: { raw: () => 'x', type: 'text/csv' },
  list_report_jobs: { query: () => 'limit=500', counts: () => false }, // one's own alone, as many as other cells have made
  create_report_job: {
    body: (cast, which) => ({ report: { home: 'report_strength', nation: 'national_figures' }[which], ...(which === 'nation' ? { parameters: { measure: 'strength', organisation: 'all' } } : {}), format: 'csv' }) },
  report_development: { query: report },
  report_development_gaps: { query: (cast, which) => `as_of=2025-06-30&by=unit${unit(cast, which)}` },
  list_development_gaps: { query: (cast, which) => `limit=500&as_of=2025-12-31${unit(cast, which)}` },
  find_specialists: { query: (cast) => `limit=500&item=${cast.item}` },
  // What is said already, so that whom others find does not depend on what was asked before.
  put_specialist_listing: { body: (cast, which, role) => ({ reach: reaches[role] ?? 'none' }) },
  report_coverage: { query: (cast, which) => `framework=${cast.framework}&as_of=2025-06-30&by=unit${unit(cast, which)}` },
  report_gaps: { query: (cast, which) => `framework=${cast.framework}&as_of=2025-06-30&by=unit${unit(cast, which)}` },
  report_skills_matrix: { query: (cast, which) => `framework=${cast.framework}&as_of=2025-06-30${unit(cast, which)}`, later: ['endorsed'] }, // by other cells
  report_training_matrix: { query: (cast, which) => `as_of=2025-06-30${unit(cast, which)}` },
  get_next_steps: { query: (cast) => `role_profile=${cast.role_profile}` },
  list_person_next_steps: { query: (cast) => `role_profile=${cast.role_profile}` },
  report_upskilling: { query: changes },
  report_time_to_level: { query: (cast, which) => `${changes(cast, which)}&since=joined` },
  report_course_effect: { query: (cast, which) => `framework=${cast.framework}&item=${cast.item}&level=2&from=2025-01&until=2025-06${unit(cast, which)}` },
  report_skills_lost: { query: changes },
  report_lapsing: { query: (cast, which) => `framework=${cast.framework}&as_of=2025-06-30&by=unit${unit(cast, which)}` },
  report_single_points: { query: async (cast, which) => `by=unit&as_of=2025-06-30&${await few(cast, which)}` },
  list_single_points: { query: async (cast, which) => `limit=500&${await few(cast, which)}` },
  report_skills_forecast: { query: (cast, which) => `framework=${cast.framework}&as_of=2025-06-30&months=1${unit(cast, which)}` },
  report_level_changes: { query: (cast, which) => `framework=${cast.framework}&year_ending=2024&by=unit${unit(cast, which)}` },
  report_strength: { query: (cast, which) => `by=unit${unit(cast, which)}` },
  report_retention: { query: (cast, which) => `by=unit${unit(cast, which)}` },
  report_survival: { query: (cast, which) => `from=2010-01&steps=year${unit(cast, which)}` },
  report_skill_retention: { query: (cast, which) => `framework=${cast.framework}${unit(cast, which)}` },
  report_recruitment: { query: (cast, which) => `from=2010-01&by=unit${unit(cast, which)}` },
  report_recruit_skills: { query: (cast, which) => `framework=${cast.framework}&from=2010-01${unit(cast, which)}` },
  report_early_development: { query: (cast, which) => `framework=${cast.framework}&from=2010-01${unit(cast, which)}` },
  national_figures: { query: () => 'measure=strength&organisation=all', counts: () => false }, // as the clerk has made them by now
  list_national_editions: { query: () => 'limit=500', counts: () => false },
  correct_national_figures: { body: () => ({ quarter_end: '1950-03-31', reason: 'A reason of the matrix.' }) },
};

// What stands in a path where it is no object of somebody's: reference data that everybody signed in may read.
const reference = {
  framework: (cast) => cast.framework,
  item: (cast) => cast.item,
  role_profile: (cast) => cast.role_profile,
  part: () => 1,
  kind: (cast, which) => which,
  organisation: (cast, which) => cast[which] ?? which,
};

// The parameters whose identifiers are somebody's: a row for each of these words must stand in the table.
export const needed = {
  person_id: ['own', 'officer', 'colleague', 'mover', 'stranger', 'withheld', 'nobody'],
  posting_id: ['own', 'officer', 'colleague', 'mover', 'stranger', 'withheld', 'nobody'],
  transfer_id: ['officer', 'stranger', 'withheld', 'nobody'],
  activity_id: ['own', 'officer', 'colleague', 'stranger', 'withheld', 'nobody'],
  assertion_id: ['own', 'officer', 'officer.endorsed', 'colleague', 'mover', 'stranger', 'withheld', 'nobody'],
  endorsement_request_id: ['own', 'officer', 'officer.asked', 'stranger', 'withheld', 'nobody'],
  share_id: ['own', 'officer', 'stranger', 'nobody'],
  account_id: ['own', 'officer', 'home', 'stranger', 'away', 'withheld', 'nation', 'nobody'],
  issuer_id: ['home', 'away', 'nation', 'nobody'],
  import_id: ['home', 'away', 'nation', 'nobody'],
  report_job_id: ['home', 'away', 'nation', 'nobody'],
  reorganisation_id: ['nation', 'nobody'],
  unit_id: ['home', 'covert', 'away', 'nobody'],
  grant_id: ['own', 'home.hr', 'home.admin', 'away.hr', 'away.admin', 'nation.college', 'nobody'],
};

const resolve = (spec, value) => spec.resolve(value)[0];
export const parametersOf = (spec, operation) => (operation.definition.parameters ?? []).map((parameter) => resolve(spec, parameter));

async function filled(cast, name, which, own, asked) {
  if (asked[name]) return asked[name](cast, which);
  if (reference[name]) return reference[name](cast, which);
  if (!makers[name]) throw new Error(`tests/access/cast.mjs does not know how to make a ${name}`);
  return which === 'nobody' ? nobody() : makers[name](cast, which, own);
}

// The request of a cell: {method, target, options}; undefined when the caller has nothing of the kind that the row is about.
export async function request(spec, cast, operation, role, word) {
  const own = word === 'own';
  const which = own ? role : word;
  const asked = requests[operation.id] ?? {};
  const parameters = parametersOf(spec, operation);
  let path = operation.path;
  for (const { name } of parameters.filter((parameter) => parameter.in === 'path')) {
    const value = await filled(cast, name, which, own, asked.path ?? {});
    if (value === undefined) return undefined;
    path = path.replace(`{${name}}`, value);
  }
  const query = await asked.query?.(cast, which);
  const headers = parameters.some(({ name }) => name === 'If-Match') ? { 'if-match': '*' } : {};
  return { method: operation.method, target: query ? `${path}?${query}` : path,
    options: { ...cast.callers[role], headers: { ...headers, ...(asked.raw ? { 'content-type': asked.type } : {}) },
      ...(asked.raw ? { raw: asked.raw(cast, which) } : {}), ...(asked.body ? { body: await asked.body(cast, which, role) } : {}) } };
}
