#pragma once

// Every verb of the program; main.cc adds them in the order in which --help lists them.

#include "command_line.h"

namespace tally::tool {

void add_init(CommandLine& line);
void add_append(CommandLine& line);
void add_import(CommandLine& line);
void add_log(CommandLine& line);
void add_show(CommandLine& line);
void add_totals(CommandLine& line);
void add_trace(CommandLine& line);
void add_bridge(CommandLine& line);
void add_publications(CommandLine& line);
void add_reconcile(CommandLine& line);
void add_sample(CommandLine& line);
void add_audit(CommandLine& line);
void add_status(CommandLine& line);
void add_verify(CommandLine& line);
void add_replay(CommandLine& line);
void add_doctor(CommandLine& line);
void add_backup(CommandLine& line);
void add_restore(CommandLine& line);
void add_go_on(CommandLine& line);
void add_checkpoint(CommandLine& line);
void add_key(CommandLine& line);
void add_prove(CommandLine& line);
void add_export(CommandLine& line);
void add_serve(CommandLine& line);
void add_token(CommandLine& line);
void add_check_proof(CommandLine& line);
void add_check_bundle(CommandLine& line);
void add_check_log(CommandLine& line);
void add_check_inclusion(CommandLine& line);
void add_check_consistency(CommandLine& line);

}  // namespace tally::tool
