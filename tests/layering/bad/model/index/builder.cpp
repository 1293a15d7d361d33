// A sample for the layering test; see ../check.
#include "model/io/reader_p.h"
#include <QtCore/QString>
