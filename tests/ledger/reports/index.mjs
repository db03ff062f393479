// SPDX-License-Identifier: MIT
// The reports, each with what it may be asked and what it should say by the plain recomputation: {draw, plain, row}. `draw` gives the parameters of the
// request and, beside them, what they mean; `plain` the cells that follow from the facts; `row` turns a row of the reply into what it is about and what it
// says.
import * as growth from './growth.mjs';
import * as skills from './skills.mjs';
import * as needs from './needs.mjs';
import * as matrices from './matrices.mjs';
import * as pace from './pace.mjs';
import * as recruits from './recruits.mjs';
import * as specialists from './specialists.mjs';
import * as steps from './steps.mjs';
import * as cpd from './cpd.mjs';
import * as workforce from './workforce.mjs';

export const reports = { ...workforce, ...skills, ...growth, ...cpd, ...needs, ...matrices, ...pace, ...recruits, ...steps, ...specialists };
