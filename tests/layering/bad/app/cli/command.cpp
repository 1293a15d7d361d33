// A sample for the layering test; see ../check.
#include "app/cli/goodheader.h"
#include "model/query/rows.h"
#include <QString>
