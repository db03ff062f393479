// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { copyHome, folder, migratedDatabase, inDatabase, psql, run } from '../lib/service.mjs';

const root = 'api-spec/openapi.yaml';
const query = 'sql/queries/list_frameworks.sql';
const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

// Replaces the first `found` of a file by `put`; gives the line where it stands.
function edit(home, file, found, put) {
  const path = join(home, file);
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf(found);
  assert.ok(at >= 0, `${file} has no ${JSON.stringify(found)}`);
  writeFileSync(path, text.slice(0, at) + put + text.slice(at + found.length));
  return text.slice(0, at).split('\n').length;
}

const contractFiles = (home, folder = 'api-spec') =>
  readdirSync(join(home, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? contractFiles(home, `${folder}/${entry.name}`) : `${folder}/${entry.name}`))
    .filter((file) => file.endsWith('.yaml'));

// Replaces the first `found` that stands behind `anchor` in a file of the contract, whichever has it; gives "file:line".
function editContract(home, found, put, anchor = '') {
  for (const file of contractFiles(home)) {
    const text = readFileSync(join(home, file), 'utf8');
    const at = text.includes(anchor) ? text.indexOf(found, text.indexOf(anchor)) : -1;
    if (at < 0) continue;
    writeFileSync(join(home, file), text.slice(0, at) + put + text.slice(at + found.length));
    return `${file}:${text.slice(0, at).split('\n').length}`;
  }
  assert.fail(`no file of the contract has ${JSON.stringify(found)}`);
}

const below = (place, lines) => place.replace(/\d+$/, (line) => Number(line) + lines);

// Where an operation stands: at its method, on the line above its operationId. A member `more` is put below that.
function operation(home, id, more) {
  const named = `operationId: ${id}\n`;
  const place = below(editContract(home, named, named), -1);
  const [file, line] = place.split(':');
  const lines = readFileSync(join(home, file), 'utf8').split('\n');
  const indent = lines[line].match(/^ */)[0];
  if (more) lines.splice(Number(line) + 1, 0, indent + more);
  writeFileSync(join(home, file), lines.join('\n'));
  return place;
}

// Names a part in another file; gives "file:line" of that. The file is written when its text is given.
function part(home, member, file, text) {
  if (text !== undefined) writeFileSync(join(home, 'api-spec', file), text);
  return `${root}:${edit(home, root, 'openapi: 3.1.0\n', `openapi: 3.1.0\n${member}\n`) + 1}`;
}

// Each break returns what the check must say, as "file:line: sentence"; the whole line, or its beginning if it ends in "...".
const offline = {
  'an operation without a statement': (home) => {
    rmSync(join(home, query));
    return [`${query}: ...`];
  },
  'a statement that no operation asks for': (home) => {
    writeFileSync(join(home, 'sql/queries/list_ghosts.sql'), '-- Ghosts.\n-- SPDX-License-Identifier: MIT\nselect 1 as x\n');
    return ['sql/queries/list_ghosts.sql: no operation has this name'];
  },
  'a file that is no statement': (home) => {
    writeFileSync(join(home, 'sql/queries/notes.txt'), 'remember\n');
    return ['sql/queries/notes.txt: no operation has this name'];
  },
  'a name that the contract does not declare': (home) => [`${query}:${edit(home, query, 'limit :limit', 'limit :limti')}: :limti is not declared in the contract`, `${operation(home, 'list_frameworks')}: the statement does not use the parameter: limit`],
  'a parameter that the statement does not use': (home) => {
    edit(home, query, 'where :after is null or framework.code > :after ->> 0\n', '');
    return [`${operation(home, 'list_frameworks')}: the statement does not use the parameter: after`];
  },
  'a body that the statement does not use': (home) => {
    writeFileSync(join(home, 'sql/queries/log_activity.sql'), '-- Nothing.\n-- SPDX-License-Identifier: MIT\nselect 1 as id\n');
    return [`${operation(home, 'log_activity')}: the statement does not use :body: log_activity`];
  },
  'an unknown keyword of JSON Schema': (home) => [`${editContract(home, 'minLength: 1, maxLength: 200', 'minLenght: 1, maxLength: 200', 'operationId: list_role_profiles\n')}: the keyword "minLenght" is not supported`],
  'a pattern that is none': (home) => [`${editContract(home, "pattern: '^[a-z0-9_]+$'", "pattern: '^[a-z0-9_+$'")}: ...`],
  'a reference to nothing': (home) => [`${editContract(home, "#/components/schemas/Framework'", "#/components/schemas/Framwork'")}: this $ref leads nowhere: #/components/schemas/Framwork`],
  'a reference to a file that is not there': (home) => [`${part(home, "x-more: {$ref: 'more.yaml#/x-more'}", 'more.yaml')}: this file cannot be read: api-spec/more.yaml`],
  'a reference to a file outside': (home) => [`${part(home, 'x-more: {$ref: ../sql/more.yaml}', '../sql/more.yaml', 'x: 1\n')}: a file must be named as it stands below api-spec/: ../sql/more.yaml`],
  'a reference to what a file does not have': (home) => [`${part(home, "x-more: {$ref: 'more.yaml#/x-more'}", 'more.yaml', '{}\n')}: this $ref leads nowhere: more.yaml#/x-more`],
  'a reference from a file to nothing': (home) => {
    part(home, 'x-more: {$ref: more.yaml}', 'more.yaml', "one: 1\ntwo:\n  $ref: 'openapi.yaml#/nowhere'\n");
    return ['api-spec/more.yaml:3: this $ref leads nowhere: #/nowhere'];
  },
  'a reference from a file to another': (home) => {
    part(home, 'x-more: {$ref: more.yaml}', 'more.yaml', "two:\n  $ref: 'other.yaml#/x'\n");
    return ['api-spec/more.yaml:2: a $ref of this file must be: openapi.yaml#/..., not other.yaml#/x'];
  },
  'references in a circle': (home) => {
    const place = part(home, "x-more: {$ref: 'more.yaml#/x-more'}\nx-back:\n  $ref: '#/x-more'", 'more.yaml', "x-more:\n  $ref: 'openapi.yaml#/x-back'\n");
    return [`${below(place, 2)}: this $ref leads back to itself: #/x-more`, 'api-spec/more.yaml:2: this $ref leads back to itself: #/x-back'];
  },
  'a part in two places': (home) => [`${below(part(home, "x-more: {$ref: 'more.yaml#/x-more'}\nx-list:\n  x-more: {$ref: 'more.yaml#/x-more'}", 'more.yaml', 'x-more: 1\n'), 2)}: this part has its place already: more.yaml#/x-more`],
  'a path twice in two files': (home) => {
    part(home, "x-more: {$ref: 'more.yaml#/x-more'}", 'more.yaml', 'x-more: 1\n/v1/frameworks: {get: {}}\n');
    return ['api-spec/more.yaml:2: openapi.yaml does not name this part: /v1/frameworks'];
  },
  'a path twice': (home) => [`${editContract(home, 'paths:\n', 'paths:\n  /v1/me: {}\n').split(':')[0]}:...: this key stands here twice: /v1/me`],
  'a file that nothing names': (home) => {
    mkdirSync(join(home, 'api-spec/paths'), { recursive: true });
    writeFileSync(join(home, 'api-spec/paths/ghosts.yaml'), '/v1/ghosts: {}\n');
    return ['api-spec/paths/ghosts.yaml: openapi.yaml does not name this file'];
  },
  'a key twice': (home) => [`${below(operation(home, 'list_frameworks', 'operationId: list_frameworks'), 2)}: this key stands here twice: operationId`],
  'an alias': (home) => [`${editContract(home, 'title: Skills Ledger', 'title: *name')}: aliases are not used here: name`],
  'an anchor': (home) => [`${editContract(home, 'title: Skills Ledger', 'title: &name Skills Ledger')}: anchors and tags are not used here: Skills Ledger`],
  'a word that YAML 1.1 reads as a boolean': (home) => [`${editContract(home, 'title: Skills Ledger', 'title: no')}: quote this word, which YAML 1.1 reads as a boolean: no`],
  'what is no YAML': (home) => {
    editContract(home, 'title: Skills Ledger', 'title: "Skills Ledger');
    return [`${root}:...: not YAML: ...`];
  },
  'a rate limit that is neither true nor false, or false where a token is asked for': (home) => {
    editContract(home, 'x-rate-limit: false', 'x-rate-limit: never', 'operationId: live\n');
    const asked = operation(home, 'list_frameworks', 'x-rate-limit: false');
    return [`${asked}: x-rate-limit: false is for open operations only: list_frameworks`, `${operation(home, 'live')}: x-rate-limit must be true or false: live`];
  },
  'a reply that may be kept or not': (home) => {
    editContract(home, 'x-keep: true', 'x-keep: perhaps', 'operationId: national_figures\n');
    return [`${operation(home, 'national_figures')}: x-keep must be true or false: national_figures`];
  },
  'a lane that does not exist': (home) => {
    editContract(home, 'x-lane: report', 'x-lane: express');
    return ['api-spec/...: x-lane names no lane: express'];
  },
  'an x-audit that there is not': (home) => {
    editContract(home, 'x-audit: record', 'x-audit: gossip');
    return ['api-spec/...: x-audit must be change, record, report or none: gossip'];
  },
  'a read of records that does not say whose': (home) => {
    edit(home, 'sql/queries/get_assertion.sql', ' as _subject', ' as _whose');
    return [`${operation(home, 'get_assertion')}: x-audit is record, and the statement gives no column _subject: get_assertion`];
  },
  'a stream of other people\'s records': (home) => {
    return [`${operation(home, 'export_record', 'x-audit: record')}: a stream cannot be audited as record: export_record`];
  },
  'a change that is no change': (home) => {
    return [`${operation(home, 'get_me', 'x-audit: change')}: a GET changes nothing, so x-audit cannot be change: get_me`];
  },
  'a report that is a table and no workbook': (home) => {
    editContract(home, `${workbook}:\n            schema: {$ref: '../openapi.yaml#/components/schemas/Workbook'}\n`, "text/plain:\n            schema: {type: string}\n", 'operationId: report_coverage\n');
    return [`${operation(home, 'report_coverage')}: rows with a meta that are offered as CSV must be offered as a workbook: report_coverage`];
  },
  'a workbook of what is no report': (home) => {
    editContract(home, 'text/csv:\n', `${workbook}: {}\n          text/csv:\n`, 'operationId: list_frameworks\n');
    return [`${operation(home, 'list_frameworks')}: only rows with a meta, offered as CSV and not as a stream, can be a workbook: list_frameworks`];
  },
  'a column of a workbook that nobody describes': (home) => {
    editContract(home, ", description: 'All people posted there on the day; null with detail=held.'", '');
    return [`${operation(home, 'report_coverage')}: a column of a workbook has no description: strength`];
  },
  'free text that would be kept in the audit trail': (home) => {
    editContract(home, 'x-private: true', 'x-private: false', 'operationId: list_people\n');
    return [`${operation(home, 'list_people')}: a parameter of free text must say x-private: true, for it would be kept in the audit trail: q`];
  },
  'a handler that does not exist': (home) => {
    editContract(home, 'x-handler: live', 'x-handler: dead');
    return [`${operation(home, 'live')}: there is no such handler: dead`];
  },
  'an operationId twice': (home) => {
    editContract(home, 'operationId: get_framework\n', 'operationId: list_frameworks\n');
    return ['api-spec/...: two operations have this operationId: list_frameworks'];
  },
  'a path parameter that is not declared': (home) => {
    editContract(home, "/components/parameters/item'", "/components/parameters/role_profile'", 'operationId: get_framework_item\n');
    const place = operation(home, 'get_framework_item');
    return [`${place}: the path has no such parameter: role_profile`, `${place}: a part of the path in braces is not among the parameters: /v1/items/{item}`];
  },
};

const online = {
  'a statement that does not prepare': (home) => [`${query}:${edit(home, query, '       framework.steward,', '       framework.stewart,')}: column framework.stewart does not exist`],
  'a statement that is no SQL': (home) => [`${query}:${edit(home, query, 'order by framework.code', 'oder by framework.code')}: syntax error at or near "oder"`],
  'a column of another type than the contract says': (home) => {
    edit(home, query, 'framework.title,', 'true as title,');
    return [`${query}:1: column title: the contract gives it another type`];
  },
  'a column whose type cannot be represented': (home) => {
    edit(home, query, 'framework.title,', "point '(0,0)' as title,");
    return [`${query}:1: column title: its type cannot be represented: cast it in the statement`];
  },
  'JSON in a table': (home) => {
    edit(home, query, 'framework.title,', "jsonb '[]' as title,");
    return [`${query}:1: column title: a result with JSON in it cannot offer CSV or a workbook`];
  },
  'a day that the contract calls plain text': (home) => {
    edit(home, query, 'framework.title,', 'current_date as title,');
    return [`${query}:1: column title: the contract does not give it the format of a day or a time`];
  },
  'a column that the response does not have': (home) => {
    edit(home, query, 'framework.title,', 'framework.title, 1 as surprise,');
    return [`${query}:1: column surprise: the response schema has no such property`];
  },
  'a required property that no column gives': (home) => {
    edit(home, query, '       framework.title,\n', '');
    return [`${query}:1: no column gives the required property title`];
  },
  'a column for the engine that it does not know': (home) => {
    edit(home, query, ' as _cursor', ' as _cursor, 1 as _curser');
    return [`${query}:1: column _curser: the engine knows no such column`];
  },
  'a column for the engine of another type': (home) => {
    edit(home, query, ' as _cursor', ' as _cursor, 1 as _etag');
    return [`${query}:1: column _etag: it must be text`];
  },
  'a table that may not be read': (home) => {
    edit(home, query, 'from framework_item as item', 'from domain_file, framework_item as item');
    return [`${query}:1: permission denied for table domain_file`];
  },
};

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const pattern = (line) => new RegExp(`^${escape(line).replaceAll('\\.\\.\\.', '.*')}$`, 'm');

function expectFaults(breaking, parts, t) {
  const home = copyHome(t);
  const expected = breaking(home);
  const { status, stdout, stderr } = run(['check', ...parts], { SKILLSD_HOME: home });
  assert.equal(status, 78, stdout + stderr);
  for (const line of expected) assert.match(stdout, pattern(line));
  assert.equal(stdout.trim().split('\n').length, expected.length, `more than expected:\n${stdout}`);
}

test('what is shipped has no fault', () => {
  for (const parts of [['check'], ['check', '--offline']]) {
    const { status, stdout } = run(parts);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^Checked \d+ operations and \d+ statements .*: no faults\.$/m);
  }
  assert.equal(run(['check', '--offline'], { SKILLSD_DATABASE_URL: undefined }).status, 0);
});

for (const [what, breaking] of Object.entries(offline)) test(`offline: ${what}`, (t) => expectFaults(breaking, ['--offline'], t));

for (const [what, breaking] of Object.entries(online)) test(`with the database: ${what}`, (t) => expectFaults(breaking, [], t));

test('faults of many files are told at once, in the order of files and lines', (t) => {
  const home = copyHome(t);
  for (const what of ['a statement that no operation asks for', 'a body that the statement does not use', 'a name that the contract does not declare', 'a file that is no statement']) offline[what](home);
  const { status, stdout } = run(['check', '--offline'], { SKILLSD_HOME: home });
  assert.equal(status, 78);
  const lines = stdout.trim().split('\n');
  assert.ok(lines.length >= 4, stdout);
  const places = lines.map((line) => line.match(/^([^:]+)(?::(\d+))?:/)).map(([, file, line]) => [file, Number(line ?? 0)]);
  assert.deepEqual(places, [...places].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1])));
});

test('serve does not start on a wrong contract, and says why', (t) => {
  const home = copyHome(t);
  const [line] = online['a required property that no column gives'](home);
  const { status, stderr } = run(['serve'], { SKILLSD_HOME: home });
  assert.equal(status, 78);
  assert.match(stderr, pattern(line));
  assert.doesNotMatch(stderr, /"event":"listening"/);
});

test('a home without a contract is named', (t) => {
  const home = folder(t);
  mkdirSync(join(home, 'sql/queries'), { recursive: true });
  const { status, stdout } = run(['check', '--offline'], { SKILLSD_HOME: home });
  assert.equal(status, 78);
  assert.match(stdout, /openapi\.yaml/);
});

test('the check without a database: which setting is missing, and that it cannot be reached', () => {
  const unset = run(['check'], { SKILLSD_DATABASE_URL: undefined });
  assert.equal(unset.status, 78);
  assert.match(unset.stderr, /SKILLSD_DATABASE_URL is not set; `skillsd check --offline`/);
  const away = run(['check'], { SKILLSD_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' });
  assert.equal(away.status, 69);
});

test('whatever opens the wall is found', { timeout: 180_000 }, async (t) => {
  const database = migratedDatabase(t);
  const doors = {
    'create view skills.door as select person_id from skills.person; grant select on skills.door to skillsd_service': /^database: view door: a view reads as its owner/m,
    'create table skills.open_table (x int); grant select on skills.open_table to skillsd_service': /^database: table open_table: row-level security is not enabled$/m,
    'create table skills.no_policy (x int); alter table skills.no_policy enable row level security; grant select on skills.no_policy to skillsd_service': /^database: table no_policy: no policy says which of its rows/m,
    'create materialized view skills.copy as select person_id from skills.person; grant select on skills.copy to skillsd_service': /^database: materialized view copy: /m,
    'alter table skills.person disable row level security': /^database: table person: row-level security is not enabled$/m,
    'grant insert on skills.migration to skillsd_service': /^database: table migration: row-level security is not enabled$/m,
    "create function skills.peep() returns bigint language sql security definer as 'select count(*) from skills.person'": /^database: function .*peep\(\): it runs as its owner and its comment does not/m,
    "create function skills.loose() returns bigint language sql security definer as 'select 1::bigint'; comment on function skills.loose() is 'public: loose'": /^database: function .*loose\(\): it runs as its owner and does not fix its search_path/m,
    "create function skills.temporary_first() returns bigint language sql security definer set search_path = skills as 'select 1::bigint'; comment on function skills.temporary_first() is 'public: x'": /^database: function .*temporary_first\(\): it runs as its owner and does not fix its search_path, with pg_temp last$/m,
    'create policy everyone on skills.person for select using (person_id = 1)': /^database: policy everyone on person: a policy must name the serving role/m,
    'create policy all_of_it on skills.person for select to skillsd_service using (true)': /^database: policy all_of_it on person: its expression looks at no row and at no caller/m,
    'create policy any_row on skills.activity for insert to skillsd_service with check (1 = 1 or false)': /^database: policy any_row on activity: its expression looks at no row and at no caller/m,
    'grant truncate on skills.person to skillsd_service': /^database: table person: the serving role may truncate it/m,
    'grant update on skills.person to skillsd_service': /^database: table person: the serving role may change all its columns, which sql\/engine\/wall\.sql does not allow$/m,
    'grant update (person_id) on skills.account to skillsd_service': /^database: table account: the serving role may change its column person_id, /m,
    'grant delete on skills.activity to skillsd_service': /^database: table activity: the serving role may delete from it, /m,
    'grant trigger on skills.unit to skillsd_service': /^database: table unit: the serving role may hang triggers on it, /m,
    'grant references (email) on skills.person to skillsd_service': /^database: table person: the serving role may refer to it, /m,
    'grant create on schema skills to skillsd_service': /^database: schema skills: the serving role may create objects in it$/m,
    'grant create on schema public to public': /^database: schema public: the serving role may create objects in it$/m,
    "do $$ begin execute format('grant create on database %I to skillsd_service', current_database()); end $$": /^database: database skillsd_\w+: the serving role may create schemas in it$/m,
    'create schema elsewhere; create table elsewhere.copy as select person_id from skills.person; grant usage on schema elsewhere to public; grant select on elsewhere.copy to skillsd_service': /^database: table elsewhere\.copy: it is outside the schema skills/m,
    "create function elsewhere.peep() returns bigint language sql security definer as 'select count(*) from skills.person'": /^database: function elsewhere\.peep\(\): it runs as its owner/m,
    'alter default privileges in schema skills grant select on tables to skillsd_service': /^database: default privileges of skillsd_owner: /m,
    'alter table skills.activity_version add constraint silent check (version > 0)': /^database: constraint silent on .*activity_version: its comment must be /m,
  };
  // Each opens its own and leaves open what is open, so that one look shows whether each is found. What is missing is said alone, and before.
  for (const door of Object.keys(doors)) psql(database.SKILLSD_OWNER_URL, door);
  const { status, stdout } = run(['check'], database);
  assert.equal(status, 78);
  for (const [door, sentence] of Object.entries(doors)) await t.test(door, () => assert.match(stdout, sentence));
  psql(database.SKILLSD_OWNER_URL, "delete from skills.migration where name like '0007%'");
  const lacking = run(['check'], database);
  assert.equal(lacking.status, 78);
  assert.match(lacking.stdout, /^database: migration 0007_figures\.sql is missing: run `skillsd migrate`$/m);
});

// Runs SQL as the superuser of the tests' PostgreSQL, in a database.
const asSuperuser = (name, sql) => {
  assert.ok(process.env.SKILLSD_TEST_SUPERUSER_URL, 'SKILLSD_TEST_SUPERUSER_URL is not set: run this by ./dev test');
  return psql(inDatabase(process.env.SKILLSD_TEST_SUPERUSER_URL, name), sql);
};

// A serving role of a test's own, as what it has or owns is seen from every database: {role, make(what), settings}. It is there when `make` has been called.
function servingRole(t, database) {
  const role = `skillsd_door_${process.pid}`;
  const url = Object.assign(new URL(database.SKILLSD_DATABASE_URL), { username: role });
  t.after(() => asSuperuser('postgres', `drop role if exists ${role}`));
  const make = (what) =>
    asSuperuser('postgres', `drop role if exists ${role}; create role ${role} login password '${url.password}' ${what}; grant skillsd_service to ${role}`);
  return { role, make, settings: { ...database, SKILLSD_DATABASE_URL: url.href } };
}

test('nothing of any kind may belong to the serving role', { timeout: 120_000 }, async (t) => {
  const database = migratedDatabase(t);
  const name = new URL(database.SKILLSD_OWNER_URL).pathname.slice(1);
  const { role, make, settings } = servingRole(t, database);
  make('');
  const kinds = {
    'table skills.figure_secret': /^database: table (skills\.)?figure_secret: the serving role owns it, or may become its owner$/m,
    'view skills.code_list': /^database: view (skills\.)?code_list: the serving role owns it/m,
    'function skills.london_today()': /^database: function (skills\.)?london_today\(\): the serving role owns it/m,
    'schema public': /^database: schema public: the serving role owns it/m,
    [`database ${name}`]: /^database: database skillsd_\w+: the serving role owns it/m,
  };
  for (const [kind, sentence] of Object.entries(kinds)) {
    await t.test(kind, () => {
      asSuperuser(name, `alter ${kind} owner to ${role}`);
      const { status, stdout } = run(['check'], settings);
      asSuperuser(name, `alter ${kind} owner to skillsd_owner`);
      assert.equal(status, 78);
      assert.match(stdout, sentence);
    });
  }
});

test('the serving role must not be, or become, one that needs no door', { timeout: 120_000 }, async (t) => {
  const database = migratedDatabase(t);
  const { make, settings } = servingRole(t, database);
  const roles = {
    '': undefined,
    superuser: /^database: role skillsd_door_\d+: the serving role must not be a superuser/m,
    bypassrls: /^database: role skillsd_door_\d+: the serving role must not be a superuser, bypass/m,
    replication: /^database: role skillsd_door_\d+: the serving role must not be a superuser, bypass/m,
    createrole: /^database: role skillsd_door_\d+: the serving role must not be a superuser, bypass/m,
    createdb: /^database: role skillsd_door_\d+: the serving role must not be a superuser, bypass/m,
    'in role skillsd_owner': /^database: table (skills\.)?person: the serving role owns it, or may become its owner$/m,
    'in role pg_read_all_data': /^database: role pg_read_all_data: the serving role is a member of it, and so reaches past/m,
    'in role pg_execute_server_program': /^database: role pg_execute_server_program: the serving role is a member of it/m,
  };
  for (const [what, sentence] of Object.entries(roles)) {
    await t.test(what || 'nothing but a member of skillsd_service', () => {
      make(what);
      const { status, stdout } = run(['check'], settings);
      assert.equal(status, sentence ? 78 : 0, stdout);
      if (sentence) assert.match(stdout, sentence);
    });
  }
});
