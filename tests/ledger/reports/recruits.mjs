// SPDX-License-Identifier: MIT
// Reports of those who join: by which posting, with what, and how long they stay.
import { cells, distinct, grouped, heldBy, heldOn, inCut, lineageOf, stayOf, unitCode, unitRows, within } from '../plain.mjs';
import { dayText } from '../world.mjs';
import { logged } from './cpd.mjs';
import { allMonths, cutOf, dayBack, longMonthsOf, maybe } from './questions.mjs';
import { itemRows } from './skills.mjs';

const percent = (part, whole) => Math.round((1000 * part) / whole) / 10;

// The postings with a joiner type that begin in a period, with the stay that each is part of.
const joinersOf = (seen, from, before, cut) =>
  seen.postings.filter((one) => one.joinerType !== null && within(one.from, from, before) && inCut(seen, one, cut)).map((one) => ({ ...one, ...stayOf(seen.postings, one), route: one.route ?? 'not_known' }));

const parts = {
  month: (one) => dayText(one.from).slice(0, 7), year: (one) => dayText(one.from).slice(0, 4), worker_type: (one) => one.workerType, rank: (one) => one.rank ?? 'none',
  entry_route: (one) => one.route, joiner_type: (one) => one.joinerType ?? 'not_known',
};
const codesOf = (one, by) => [null, ...(parts[by] ? [parts[by](one)] : [])];
// One for each person: the last of those given, or the first.
const once = (all, later) => grouped(all, (one) => [[one.person]]).map(({ all: times }) => times.sort((a, b) => (later ? b.from - a.from : a.from - b.from))[0]);
const partOf = (row) => row.joined_in ?? row.joined_month ?? row.worker_type ?? row.rank ?? row.skill;

export const report_recruitment = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = longMonthsOf(draw), day = Math.max(period.from, dayBack(draw)), by = draw.pick(['organisation', 'unit', 'month', 'year', 'worker_type', 'rank']);
    return { parameters: { ...asked, ...period.asked, as_of: dayText(day), by }, cut, day, by, ...period };
  },
  plain(seen, { cut, day, by, from, before }) {
    const groups = grouped(joinersOf(seen, from, Math.min(before, day + 1), cut), (one) => unitRows(seen, one.unit, { top: cut.unit, byUnit: by === 'unit' }).flatMap((unit) =>
      codesOf(one, by).flatMap((part) => [null, one.route].flatMap((route) => [null, one.joinerType].map((type) => [unitCode(seen, unit), part, route, type])))));
    return cells([[[unitCode(seen, cut.unit ?? null), null, null, null], 0, 0, 0, 0, 0, 0], ...groups.map(({ key, all }) => {
      const people = once(all, true), gone = people.filter((one) => one.stayBefore !== null && one.stayBefore <= day);
      return [key, people.length, people.reduce((sum, one) => sum + one.fte, 0), people.filter((one) => !one.begins).length, people.length - gone.length,
        gone.filter(({ leaves }) => leaves === false).length, gone.filter(({ leaves }) => leaves).length];
    })]);
  },
  row: (row) => [[row.unit_code, partOf(row), row.entry_route, row.joiner_type], row.joiners, row.joiners_fte, row.served_before, row.serving, row.leavers, row.transfers_out],
};

export const report_recruit_skills = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = longMonthsOf(draw), basis = maybe(draw, 0.3, () => draw.pick(['self', 'endorsed'])), by = draw.pick(['organisation', 'year', 'entry_route', 'joiner_type']);
    const item = maybe(draw, 0.2, () => draw.pick([...world.items, world.top]));
    return { parameters: { ...asked, ...period.asked, framework: world.framework, basis, by, item: item?.uuid }, cut, basis, by, item: item?.code, ...period };
  },
  plain(seen, { cut, basis, by, item, from, before }) {
    const items = seen.world.items.filter(({ code }) => !item || code === item || (item === 'top' && code !== 'gamma'));
    return cells(grouped(joinersOf(seen, from, before, cut), (one) => codesOf(one, by).map((part) => [part])).flatMap(({ key: [part], all }) => {
      const joiners = once(all, false);
      const held = joiners.flatMap((one) => heldOn({ entries: seen.entries.filter(({ person }) => person === one.person) }, one.from)).filter((one) => !basis || one.basis === basis);
      return items.flatMap(({ id, code }) => grouped(held.filter((one) => one.item === id), (one) => [[one.basis, one.level]]).map(({ key: [on, level] }) => {
        const people = distinct(held.filter((one) => one.item === id && one.basis === on && one.level >= level));
        return [[code, part, on, level], people, joiners.length, percent(people, joiners.length)];
      }));
    }));
  },
  row: (row) => [[row.item_code, row.joined_in ?? row.entry_route ?? row.joiner_type, row.basis, row.level ?? 0], row.people, row.joiners, row.share],
};

// Who joined, as curves of survival follow them: also who came with an organisation that was taken over, since they joined that one, but at risk since they are here.
function followed(seen, { from, before, day, observed, cut, by, item, level, basis, transfers }) {
  const lineage = lineageOf(seen, seen.facts.today);
  const everywhere = seen.facts.postings.filter((one) => lineage.includes(one.organisation) && seen.shown(one));
  return seen.postings.flatMap((one) => {
    const stay = stayOf(seen.postings, one);
    const reach = stayOf(everywhere, one), first = everywhere.filter(({ person, from: begins }) => person === one.person && begins === reach.stayFrom).sort((a, b) => a.id - b.id)[0];
    const came = one.joinerType === null && stay.begins && lineage.length > 1 && first.joinerType !== null;
    const joined = came ? reach.stayFrom : one.from;
    if ((one.joinerType === null && !came) || !within(joined, from, before) || joined > day || !inCut(seen, one, cut)) return [];
    const entry = Math.max(one.from, observed ?? joined, joined) - joined, end = stay.stayBefore === null ? day + 1 : Math.min(stay.stayBefore, day + 1);
    const left = stay.stayBefore !== null && stay.stayBefore <= day + 1 && stay.leaver !== null;
    const held = by === 'skill' && heldOn({ entries: seen.entries.filter(({ person }) => person === one.person) }, one.from)
      .some((known) => item.includes(known.item) && known.level >= (level ?? 0) && (!basis || known.basis === basis));
    const part = by === 'skill' ? (held ? 'held' : 'not_held') : parts[by]?.({ ...one, from: joined, route: one.route ?? 'not_known' });
    return end - joined <= entry ? [] : [{ person: one.person, stay: stay.stayFrom, joined, cohorts: [null, ...(part ? [part] : [])], entry, exit: end - joined,
      event: left && (transfers === 'left' || !stay.leaves), transfer: left && stay.leaves }];
  });
}

// The product of one less the part of those at risk who leave, day by day, with the band about it on the scale of log(-log) by Greenwood's variance.
function curveAt(people, day) {
  let share = 1, variance = 0;
  for (const at of [...new Set(people.filter((one) => one.event && one.exit <= day).map(({ exit }) => exit))].sort((a, b) => a - b)) {
    const risk = people.filter((one) => one.entry < at && one.exit >= at).length, events = people.filter((one) => one.event && one.exit === at).length;
    share *= 1 - events / risk;
    variance += events < risk ? events / (risk * (risk - events)) : 0;
  }
  if (share === 0 || share === 1) return [share, null, null];
  const reach = (1.959963984540054 * Math.sqrt(variance)) / Math.abs(Math.log(share));
  return [share, share ** Math.exp(reach), share ** Math.exp(-reach)].map((one) => Math.round(one * 1e8) / 1e8);
}

export const report_survival = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.3) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = longMonthsOf(draw), day = Math.max(period.from, dayBack(draw)), observed = maybe(draw, 0.3, () => day - draw.below(600));
    const by = draw.pick(['organisation', 'year', 'entry_route', 'joiner_type', 'worker_type', 'rank', 'skill']), steps = draw.pick(['month', 'year', 'day']), transfers = draw.pick(['censored', 'left']);
    const named = by === 'skill' ? draw.pick([...world.items, world.top]) : null;
    const skill = named ? { item: named, level: named.levels === false ? undefined : maybe(draw, 0.5, () => 2), basis: maybe(draw, 0.5, () => 'self') } : {};
    const item = world.items.filter(({ code }) => code === skill.item?.code || (skill.item?.code === 'top' && code !== 'gamma')).map(({ id }) => id);
    return { parameters: { ...asked, ...period.asked, as_of: dayText(day), observed_from: observed && dayText(observed), by, steps, transfers, ...skill, item: skill.item?.uuid },
      cut, day, observed, by, steps, transfers, ...skill, item, ...period };
  },
  plain(seen, asked) {
    const all = followed(seen, asked), longest = Math.max(0, ...all.map(({ exit }) => exit));
    const marks = asked.steps === 'day' ? [...new Set([0, ...all.map(({ exit }) => exit)])].sort((a, b) => a - b)
      : Array.from({ length: Math.ceil(longest / 30.4375) + 12 }, (_, n) => Math.floor(n * 30.4375)).filter((_, n) => asked.steps === 'month' || n % 12 === 0);
    return cells(grouped(all, (one) => one.cohorts.map((cohort) => [cohort])).flatMap(({ key: [cohort], all: some }) => {
      const people = grouped(some, (one) => [[one.person, one.stay]]).map(({ all: times }) => times.sort((a, b) => a.joined - b.joined)[0]);
      return marks.flatMap((mark, n) => {
        const risk = people.filter((one) => (mark === 0 ? one.entry === 0 : one.entry < mark && one.exit >= mark)).length;
        const ended = people.filter((one) => one.exit <= mark && (n === 0 || one.exit > marks[n - 1]));
        const left = ended.filter((one) => one.event && !one.transfer).length, moved = ended.filter((one) => one.transfer).length, censored = ended.length - left - moved;
        if (mark > 0 && !left && !moved && (asked.steps === 'day' || !(risk + censored))) return [];
        return [[[cohort, mark], { month: n, year: 12 * n }[asked.steps] ?? null, risk, left, moved, censored, ...curveAt(people, mark)]];
      });
    }));
  },
  row: (row) => [[row.entry_route ?? row.joiner_type ?? partOf(row), row.days], row.months, row.at_risk, row.leavers, row.transfers_out, row.censored, row.survival, row.lower, row.upper],
};

// The same day so many months later, or the last of that month if it has no such day.
function monthsAfter(day, months) {
  const date = new Date(day * 86400000), last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, Math.min(date.getUTCDate(), last)) / 86400000;
}

// What somebody gained or rose in, day by day, of the highest level on any basis, by being assessed there and not by coming.
function gainsOf(seen, { person }, first, before) {
  return seen.world.items.flatMap((item) => {
    const own = { entries: seen.entries.filter((one) => one.person === person && one.item === item.id) };
    const best = (day) => heldBy(own, day, 'any')[0]?.level ?? null;
    return [...new Set(own.entries.map(({ day }) => day))].filter((day) => day >= first && day < before).flatMap((day) => {
      const [was, is] = [best(day - 1), best(day)];
      const here = own.entries.filter((one) => one.day === day && one.gain && one.level === is && ['assessed', 'renewed', 'superseded'].includes(one.cause));
      const booked = grouped(here, (one) => [[one.basis, one.cause]]).some(({ all }) => all.reduce((sum, one) => sum + one.delta, 0) > 0);
      return is !== null && (was === null || is > was) && booked ? [{ person, item, was, is }] : [];
    });
  });
}

export const report_early_development = {
  draw(draw, world, organisation) {
    const { asked, cut } = draw.chance(0.3) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const period = draw.chance(0.7) ? allMonths : longMonthsOf(draw), day = Math.max(period.from, dayBack(draw)), by = draw.pick(['organisation', 'year', 'entry_route', 'joiner_type', 'worker_type', 'rank']), item = maybe(draw, 0.2, () => draw.pick([...world.items, world.top]));
    return { parameters: { ...asked, ...period.asked, framework: world.framework, as_of: dayText(day), by, item: item?.uuid }, cut, day, by, item: item?.code, ...period };
  },
  plain(seen, { cut, day, by, item, from, before }) {
    const rows = itemRows(seen.world, true).filter(({ code, items }) => !item || code === item || (item === 'top' && code !== null && items.every((one) => one.code !== 'gamma')));
    return cells(grouped(joinersOf(seen, from, Math.min(before, day + 1), cut), (one) => codesOf(one, by).map((part) => [part])).flatMap(({ key: [part], all }) => [12, 24].flatMap((months) => {
      const joiners = once(all, false).map((one) => ({ ...one, over: monthsAfter(one.from, months) }));
      const known = joiners.filter(({ over }) => over <= day).map((one) => ({ ...one, until: Math.min(one.stayBefore ?? one.over, one.over) }));
      const gone = known.filter((one) => one.stayBefore !== null && one.stayBefore <= one.over);
      const gains = known.flatMap((one) => gainsOf(seen, one, one.from + 1, one.until));
      const cpd = known.flatMap((one) => logged(seen, one.from, one.until).filter(({ person }) => person === one.person));
      return rows.flatMap(({ code, items }) => {
        const within = ({ id }) => items.some((one) => one.id === id);
        const own = gains.filter((one) => within(one.item)), rose = own.filter(({ was }) => was !== null), gained = own.filter(({ was }) => was === null);
        const done = cpd.filter((one) => code === null || one.items.some((id) => within({ id })));
        if (code !== (item ?? null) && !own.length && !done.length) return [];
        return [[[part, months, code], joiners.length, known.length, known.length - gone.length, gone.filter(({ leaves }) => leaves === false).length, gone.filter(({ leaves }) => leaves).length,
          known.length ? percent(known.length - gone.length, known.length) : null, distinct(done), new Set(done.map(({ id }) => id)).size, distinct(gained), new Set(gained.map((one) => `${one.person} ${one.item.id}`)).size,
          distinct(rose), new Set(rose.map((one) => `${one.person} ${one.item.id} ${one.is}`)).size]];
      });
    })));
  },
  row: (row) => [[row.entry_route ?? row.joiner_type ?? partOf(row), row.months, row.item_code], row.joiners, row.observed, row.serving, row.leavers, row.transfers_out, row.serving_rate, row.people_developed, row.activities,
    row.people_gained, row.skills_gained, row.people_rose, row.rises],
};
