// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/tokencost.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const TokenCost *)
{
    v("model_name", &TokenCost::modelName, Always);
    v("input_price", &TokenCost::inputPrice);
    v("output_price", &TokenCost::outputPrice);
}

SIGNALBOX_WIRE(TokenCost)

} // namespace signalbox::schema
