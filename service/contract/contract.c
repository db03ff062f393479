/* SPDX-License-Identifier: MIT */
/* Loads the contract and answers questions about its document. */
#include "contract/contract.h"

#include "base/memory.h"
#include "contract/faults.h"
#include "contract/operations.h"
#include "contract/yaml.h"

#include <stdlib.h>
#include <string.h>

const char *const lane_names[LANE_COUNT] = {"point", "write", "report", "stream"};
const char *const audit_kind_names[AUDIT_KIND_COUNT] = {"none", "change", "record", "report"};
const char *const media_types[MEDIA_COUNT] = {"application/json", "text/csv",
                                              "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};

static bool is_local(const char *reference) {
    return strncmp(reference, "#/", 2) == 0;
}

/* What is wrong with a "$ref"; NULL when nothing is. */
static const char *reference_fault(const struct contract *contract, json_t *value, const char *reference) {
    json_t *target = is_local(reference) ? contract_resolve(contract, value) : NULL;
    const char *further = json_string_value(json_object_get(target, "$ref"));
    if (!target)
        return "this $ref leads nowhere";
    return further && is_local(further) ? "this $ref leads back to itself" : NULL;
}

/* Every "$ref" leads somewhere in the document; what is read after this relies on it. */
static void check_references(const struct contract *contract, json_t *value, const char *pointer,
                             struct faults *faults) {
    const char *reference = json_string_value(json_object_get(value, "$ref"));
    const char *fault = reference ? reference_fault(contract, value, reference) : NULL;
    char *place = pointer_join(pointer, "$ref");
    if (fault)
        contract_fault(contract, faults, place, fault, reference);
    free(place);
    const char *key;
    size_t index;
    json_t *child;
    json_object_foreach(value, key, child) {
        place = pointer_join(pointer, key);
        check_references(contract, child, place, faults);
        free(place);
    }
    json_array_foreach(value, index, child) {
        place = xasprintf("%s/%zu", pointer, index);
        check_references(contract, child, place, faults);
        free(place);
    }
}

struct contract *contract_load(const char *home, struct faults *faults) {
    size_t before = faults->count;
    struct contract *contract = xcalloc(1, sizeof *contract);
    if (bundle_load(home, &contract->bundle, faults)) {
        contract->document = contract->bundle.document;
        json_t *components = json_object_get(contract->document, "components");
        contract->problems = json_object_get(components, "x-problems");
        check_references(contract, contract->document, "", faults);
        if (faults->count == before)
            operations_read(contract, faults);
    }
    if (faults->count == before)
        return contract;
    contract_free(contract);
    return NULL;
}

void contract_free(struct contract *contract) {
    if (!contract)
        return;
    for (size_t i = 0; i < contract->operation_count; i++)
        operation_clear(&contract->operations[i]);
    free(contract->operations);
    bundle_clear(&contract->bundle);
    free(contract);
}

/* One step of a JSON pointer: the member or element named by the escaped key of the given length. */
static json_t *step(json_t *value, const char *key, size_t length) {
    char *name = xcalloc(length + 1, 1);
    char *end = name;
    for (size_t i = 0; i < length; i++) {
        bool escaped = key[i] == '~' && i + 1 < length;
        *end++ = escaped ? (key[i + 1] == '1' ? '/' : '~') : key[i];
        i += escaped;
    }
    json_t *next = json_is_array(value) ? json_array_get(value, strtoul(name, NULL, 10)) : json_object_get(value, name);
    free(name);
    return next;
}

json_t *contract_resolve(const struct contract *contract, json_t *value) {
    for (int hops = 0; hops < 16; hops++) {
        const char *reference = json_string_value(json_object_get(value, "$ref"));
        if (!reference || !is_local(reference))
            return value;
        value = contract->document;
        for (const char *key = reference + 1; *key == '/' && value;) {
            size_t length = strcspn(key + 1, "/");
            value = step(value, key + 1, length);
            key += length + 1;
        }
    }
    return value;
}

const char *contract_sentence(const struct contract *contract, const char *code) {
    return json_string_value(json_object_get(contract->problems, code));
}

void contract_fault(const struct contract *contract, struct faults *faults, const char *pointer, const char *message,
                    const char *detail) {
    bundle_fault(&contract->bundle, faults, pointer, message, detail);
}
