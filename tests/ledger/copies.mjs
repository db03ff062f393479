// SPDX-License-Identifier: MIT
// Databases like the one of LEDGER_URL, each with something done to it.
import { connect } from './world.mjs';

const url = process.env.LEDGER_URL;
const name = new URL(url).pathname.slice(1);
const inDatabase = (database) => Object.assign(new URL(url), { pathname: `/${database}` }).href;

// {copy: makes one with the SQL that is given and tells its URL, drop: takes all of them away}, under names that begin alike.
export function copies(label) {
  const made = [];
  async function copy(sql) {
    const database = `${name}_${label}_${made.length + 1}`;
    made.push(database);
    const server = await connect(inDatabase('postgres'));
    await server.query(`drop database if exists ${database}`);
    await server.query(`create database ${database} template ${name}`);
    await server.end();
    const client = await connect(inDatabase(database));
    await client.query(sql);
    await client.end();
    return inDatabase(database);
  }
  async function drop() {
    const server = await connect(inDatabase('postgres'));
    for (const database of made) await server.query(`drop database if exists ${database}`);
    await server.end();
  }
  return { copy, drop };
}
