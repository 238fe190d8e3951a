// The main function of every test program.  Catch2 2 is compiled here and only here, since that
// is slow; Catch2 3 brings its own.

#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
