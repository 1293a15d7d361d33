// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/refusal.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

using Json = nlohmann::json;

/// An object of JSON from a stranger, taken apart key by key. The first thing that is wrong makes
/// all later calls do nothing; finish() tells what it was, and whether there was a key that nobody
/// asked for. Throws nothing.
class StrictObject
{
public:
    /// @param json  outlives this.
    /// @param path  JSON pointer of it, for refusals.
    StrictObject(const Json &json, std::string path);

    /// Each leaves `value` alone if the key is not there.
    void take(const char *key, bool &value);
    void take(const char *key, std::string &value, std::size_t maxBytes);
    void take(const char *key, std::uint64_t &value, std::uint64_t min, std::uint64_t max);
    void take(const char *key, std::uint32_t &value, std::uint32_t min, std::uint32_t max);
    void take(const char *key, std::int32_t &value, std::int32_t min, std::int32_t max);
    void take(const char *key, std::vector<std::string> &value, std::size_t maxCount,
              std::size_t maxBytes);
    /// Numbers in [min, max].
    template<typename Number>
    void take(const char *key, std::vector<Number> &value, std::size_t maxCount, Number min,
              Number max);

    /// The value at `key`, for the caller to look into; null if it is not there.
    [[nodiscard]] const Json *any(const char *key);
    [[nodiscard]] const Json *array(const char *key, std::size_t maxCount);
    [[nodiscard]] const Json *object(const char *key);

    [[nodiscard]] std::string pathOf(std::string_view key) const;
    /// Notes what is wrong with the value at `key`, unless something was before.
    void reject(std::string_view key, std::string text);
    void reject(Refusal refusal);
    [[nodiscard]] bool isOk() const { return !m_refusal; }
    [[nodiscard]] Checked<void> finish();

private:
    [[nodiscard]] std::optional<std::int64_t> number(const Json &json, std::string_view key,
                                                     std::int64_t min, std::int64_t max);
    [[nodiscard]] bool text(const Json &json, std::string_view key, std::size_t maxBytes,
                            std::string &value);

    const Json &m_json;
    std::string m_path;
    std::set<std::string, std::less<>> m_known;
    std::optional<Refusal> m_refusal;
};

/// {"text", "kernel", "caret"}, the last two where they are known.
[[nodiscard]] Json describe(const Refusal &refusal);

/// Parses an object. Refuses other JSON, and what is none.
[[nodiscard]] Checked<Json> parseObject(std::string_view text);

template<typename Number>
void StrictObject::take(const char *key, std::vector<Number> &value, std::size_t maxCount,
                        Number min, Number max)
{
    const Json *json = array(key, maxCount);
    if (json == nullptr)
        return;
    for (const Json &element : *json)
        if (const auto n = number(element, std::string(key) + "/" + std::to_string(value.size()),
                                  min, max))
            value.push_back(static_cast<Number>(*n));
        else
            return;
}

} // namespace thresher::capture
