#pragma once

// Every verb of the program; main.cc adds them in the order in which --help lists them.

#include "command_line.h"

namespace tally::tool {

void add_init(CommandLine& line);
void add_append(CommandLine& line);
void add_log(CommandLine& line);
void add_show(CommandLine& line);
void add_totals(CommandLine& line);
void add_trace(CommandLine& line);
void add_status(CommandLine& line);
void add_verify(CommandLine& line);

}  // namespace tally::tool
