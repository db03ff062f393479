// SPDX-License-Identifier: MIT
// As many histories as asked for, with progress: ./dev property [HISTORIES] [SEED] [ledger | reports].
import { reportLives } from './reporter.mjs';
import { run } from './run.mjs';

const [histories = 10000, seed = Math.floor(Date.now() / 1000) % 1000000] = process.argv.slice(2, 4).map(Number);
const about = process.argv[4] ?? 'ledger';
const began = Date.now();
const seconds = () => Math.round((Date.now() - began) / 1000);
let said = 0;
console.log(`${histories} histories, seed ${seed}, ${about}`);
try {
  const { looks, committed } = await run(process.env.LEDGER_URL, {
    histories, seed, lives: about === 'reports' ? reportLives() : undefined,
    tell: ({ lived, looks: so, committed: far }) => {
      if (seconds() - said < 10) return;
      said = seconds();
      console.log(`${lived} lived, ${far} changes, ${so} looks, ${said} s`);
    },
  });
  console.log(`${histories} histories, seed ${seed}: ${committed} changes committed, ${looks} looks, no difference, ${seconds()} s`);
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
}
