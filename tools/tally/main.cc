// The program `tally`: the contract is the spec "Command line".

#include "output.h"
#include "process.h"
#include "verbs.h"

int main(int count, char** arguments) {
  using namespace tally::tool;
  prepare_process();
  CommandLine line;
  add_init(line);
  add_append(line);
  add_import(line);
  add_log(line);
  add_show(line);
  add_totals(line);
  add_trace(line);
  add_bridge(line);
  add_publications(line);
  add_reconcile(line);
  add_sample(line);
  add_audit(line);
  add_status(line);
  add_verify(line);
  add_replay(line);
  add_doctor(line);
  add_backup(line);
  add_restore(line);
  add_go_on(line);
  add_checkpoint(line);
  add_key(line);
  add_prove(line);
  add_export(line);
  add_serve(line);
  add_token(line);
  add_check_proof(line);
  add_check_bundle(line);
  add_check_log(line);
  add_check_inclusion(line);
  add_check_consistency(line);
  Console console = Console::of_process();
  return line.run(count, arguments, console);
}
