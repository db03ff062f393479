# SPDX-License-Identifier: MIT
# Makes expected.json: what survfit() of the R package survival says of three published data sets. Run by hand, with R and r-cran-survival of Debian:
#   Rscript expected.R > expected.json
# aml: acute myelogenous leukaemia, Miller (1997), Survival Analysis, as in the package. gehan: 6-mercaptopurine against placebo, Freireich and others
# (1963), Blood 21, weeks in remission. heart: Stanford heart transplants, Crowley and Hu (1977), JASA 72, with late entry, times doubled so that they are whole.
suppressPackageStartupMessages(library(survival))
gehan <- data.frame(
  time = c(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35,
           1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23),
  event = c(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, rep(1, 21)),
  cohort = rep(c("6-MP", "placebo"), each = 21))
sets <- list(
  aml = data.frame(cohort = as.character(aml$x), entry = 0, exit = aml$time, event = aml$status),
  gehan = data.frame(cohort = gehan$cohort, entry = 0, exit = gehan$time, event = gehan$event),
  heart = data.frame(cohort = paste("transplant", heart$transplant), entry = heart$start * 2, exit = heart$stop * 2, event = heart$event))
value <- function(x) ifelse(is.na(x), "null", ifelse(x == round(x), format(x, trim = TRUE), sprintf("%.15g", x)))
table <- function(columns) paste0("[", paste(apply(columns, 1, function(row) paste0("[", paste(row, collapse = ","), "]")), collapse = ",\n      "), "]")
quoted <- function(x) paste0('"', x, '"')
one <- function(name) {
  set <- sets[[name]]
  surv <- if (any(set$entry > 0)) Surv(set$entry, set$exit, set$event) else Surv(set$exit, set$event)
  told <- summary(survfit(surv ~ set$cohort, conf.type = "log-log"), censored = TRUE)
  people <- cbind(quoted(set$cohort), value(set$entry), value(set$exit), ifelse(set$event == 1, "true", "false"))
  curve <- cbind(quoted(sub("set$cohort=", "", told$strata, fixed = TRUE)), value(told$time), value(told$n.risk), value(told$n.event),
                 value(told$surv), value(told$lower), value(told$upper))
  paste0('  "', name, '": {\n    "people": ', table(people), ',\n    "curve": ', table(curve), "\n  }")
}
cat("{\n", paste(sapply(names(sets), one), collapse = ",\n"), "\n}\n", sep = "")
