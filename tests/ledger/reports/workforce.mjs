// SPDX-License-Identifier: MIT
// Reports of the workforce.
import { cells, distinct, grouped, peopleOn, servingSince, unitCode, unitRows } from '../plain.mjs';
import { dayText } from '../world.mjs';
import { cutOf, someDay } from './questions.mjs';

const yearsAfter = (day, years) => {
  const date = new Date(day * 86400000);
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate()) / 86400000;
};
const bandOn = (since, day) => [['under_1', 1], ['1_to_2', 2], ['2_to_3', 3], ['3_to_4', 4], ['4_to_5', 5], ['5_to_10', 10]].find(([, before]) => yearsAfter(since, before) > day)[0];

export const report_strength = {
  draw(draw, world, organisation) {
    const { asked, cut } = cutOf(draw, world, organisation), day = someDay(draw);
    const by = draw.pick(['organisation', 'unit', 'worker_type', 'rank', 'role', 'service_band']);
    return { parameters: { ...asked, as_of: dayText(day), by }, cut, day, by };
  },
  plain(seen, { cut, day, by }) {
    const roleOf = (one) => seen.world.roles.find(({ id }) => id === one.role)?.uuid;
    const part = { worker_type: (one) => one.workerType, rank: (one) => one.rank, role: roleOf, service_band: (one) => bandOn(servingSince(seen, one.person, day), day) }[by];
    const groups = grouped(peopleOn(seen, day, cut), (one) =>
      unitRows(seen, one.unit, { top: cut.unit, byUnit: by === 'unit' }).flatMap((unit) => [[unit, null], ...(part && part(one) ? [[unit, part(one)]] : [])]));
    return cells(groups.map(({ key: [unit, value], all }) => [[unitCode(seen, unit), value], distinct(all), all.reduce((sum, one) => sum + one.fte, 0)]));
  },
  row: (row) => [[row.unit_code, row.worker_type ?? row.rank ?? row.role_profile ?? row.service_band], row.headcount, row.fte],
};
