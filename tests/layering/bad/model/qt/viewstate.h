// A sample for the layering test; see ../check.
#include "widgets/theme.h"
#include <QtWidgets/QWidget>
#include <QString>
