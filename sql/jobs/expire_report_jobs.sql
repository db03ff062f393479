-- Takes away the files of reports whose time is over.
-- SPDX-License-Identifier: MIT
-- every: 60 seconds
select expire_report_jobs()
