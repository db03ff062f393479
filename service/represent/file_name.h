/* SPDX-License-Identifier: MIT */
/* The name under which a report is saved. */
#ifndef SKILLSD_REPRESENT_FILE_NAME_H
#define SKILLSD_REPRESENT_FILE_NAME_H

#include "contract/contract.h"

/* "report-skills-2026-11-23.xlsx": the report and the day that its `_meta` (or NULL) says it is as of, else today. To
 * be freed. */
char *file_name(const struct operation *operation, enum media media, const char *meta);

#endif
