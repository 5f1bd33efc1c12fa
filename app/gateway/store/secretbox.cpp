// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/secretbox.h"

#include "models/schema/hex.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox::gateway {

namespace {

constexpr std::size_t keyBytes = 32;
constexpr std::size_t nonceBytes = 12; // what GCM is made for
constexpr std::size_t tagBytes = 16;
constexpr std::size_t idDigits = 16;
constexpr const char *sealedPrefix = "sealed:1:"; // then the key's id, ':', nonce, text and tag

struct CipherFree {
    void operator()(EVP_CIPHER_CTX *context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;

StoreError sealFault(std::string text, StoreError::Kind kind = StoreError::Kind::Io)
{
    return { kind, std::move(text), 0 };
}

const unsigned char *bytesOf(const std::string &text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

unsigned char *bytesOf(std::string &text)
{
    return reinterpret_cast<unsigned char *>(text.data());
}

std::string randomBytes(std::size_t count)
{
    std::string bytes(count, '\0');
    if (RAND_bytes(bytesOf(bytes), static_cast<int>(count)) != 1)
        throw std::runtime_error("OpenSSL gives no random numbers");
    return bytes;
}

/// nullopt when it is none.
std::optional<std::string> bytesOfHex(const std::string &text)
{
    if (text.size() % 2 != 0)
        return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const int high = schema::hexValue(text[at]);
        const int low = schema::hexValue(text[at + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

bool begin(EVP_CIPHER_CTX *context, bool sealing, const std::string &key, const std::string &nonce,
    const std::string &about)
{
    int length = 0;
    return context
        && EVP_CipherInit_ex(
               context, EVP_aes_256_gcm(), nullptr, bytesOf(key), bytesOf(nonce), sealing ? 1 : 0)
        == 1
        && EVP_CipherUpdate(
               context, nullptr, &length, bytesOf(about), static_cast<int>(about.size()))
        == 1;
}

/// Written whole beside it, then named: of two that make it at once one has made it.
StoreResult<Done> writeNew(const std::string &file, const std::string &text)
{
    const std::string draft = file + ".new-" + std::to_string(getpid());
    const auto failed = [&](const char *what) {
        const std::string why = std::strerror(errno);
        ::unlink(draft.c_str());
        return unexpected(sealFault(std::string("cannot ") + what + ' ' + file + ": " + why));
    };
    const int out =
        ::open(draft.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (out < 0)
        return failed("make");
    const ssize_t written = ::write(out, text.data(), text.size());
    const bool kept = written == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
    ::close(out);
    if (!kept)
        return failed("write");
    if (::link(draft.c_str(), file.c_str()) != 0 && errno != EEXIST)
        return failed("make");
    ::unlink(draft.c_str());
    return Done {};
}

} // namespace

SecretBox::Key SecretBox::keyFrom(std::string bytes)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    const std::string named = "signalbox secret key " + bytes;
    if (EVP_Digest(named.data(), named.size(), hash, &length, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-256");
    const std::string beginning(reinterpret_cast<const char *>(hash), idDigits / 2);
    return { schema::hexOf(beginning), std::move(bytes) };
}

SecretBox SecretBox::forgotten()
{
    return SecretBox({ keyFrom(randomBytes(keyBytes)) });
}

StoreResult<SecretBox> SecretBox::read(const std::string &file)
{
    std::ifstream in(file);
    if (!in)
        return unexpected(
            sealFault("cannot read the key file " + file + ": " + std::strerror(errno),
                errno == ENOENT ? StoreError::Kind::NotFound : StoreError::Kind::Io));
    std::vector<Key> keys;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        const std::size_t end = line.find_last_not_of(" \t\r");
        line.resize(end == std::string::npos ? 0 : end + 1);
        if (line.empty() || line.front() == '#')
            continue;
        auto bytes = bytesOfHex(line);
        if (!bytes || bytes->size() != keyBytes)
            return unexpected(sealFault("line " + std::to_string(number) + " of the key file "
                + file + " is no key of 64 hexadecimal digits"));
        keys.push_back(keyFrom(std::move(*bytes)));
    }
    if (keys.empty())
        return unexpected(sealFault("there is no key in the key file " + file));
    return SecretBox(std::move(keys));
}

StoreResult<Done> SecretBox::make(const std::string &file)
{
    return writeNew(file,
        "# Seals the secrets of channel connections. Without it they cannot be read: keep a copy\n"
        "# apart from the database. A new key goes into a line above the old ones.\n"
            + schema::hexOf(randomBytes(keyBytes)) + '\n');
}

const std::string &SecretBox::key() const
{
    return m_keys.front().id;
}

bool SecretBox::holds(const std::string &id) const
{
    for (const Key &each : m_keys)
        if (each.id == id)
            return true;
    return false;
}

bool SecretBox::isSealed(const std::string &text)
{
    return text.starts_with(sealedPrefix);
}

std::string SecretBox::keyOf(const std::string &sealed)
{
    return isSealed(sealed) ? sealed.substr(std::strlen(sealedPrefix), idDigits) : std::string();
}

StoreResult<std::string> SecretBox::seal(const std::string &plain, const std::string &about) const
{
    const Key &with = m_keys.front();
    const std::string nonce = randomBytes(nonceBytes);
    const Cipher context(EVP_CIPHER_CTX_new());
    std::string secret(plain.size() + tagBytes, '\0');
    int length = 0;
    int rest = 0;
    const bool good = begin(context.get(), true, with.bytes, nonce, about)
        && EVP_CipherUpdate(context.get(), bytesOf(secret), &length, bytesOf(plain),
               static_cast<int>(plain.size()))
            == 1
        && EVP_CipherFinal_ex(context.get(), bytesOf(secret) + length, &rest) == 1
        && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tagBytes),
               bytesOf(secret) + plain.size())
            == 1;
    if (!good)
        return unexpected(sealFault("OpenSSL could not seal a secret"));
    return sealedPrefix + with.id + ':' + schema::hexOf(nonce + secret);
}

StoreResult<std::string> SecretBox::open(const std::string &sealed, const std::string &about) const
{
    const std::string id = keyOf(sealed);
    if (id.empty())
        return unexpected(sealFault("the secrets are not sealed"));
    const Key *with = nullptr;
    for (const Key &each : m_keys)
        if (each.id == id)
            with = &each;
    if (!with)
        return unexpected(
            sealFault("the secrets are sealed with the key " + id + ", which is not there"));
    const std::size_t begins = std::strlen(sealedPrefix) + idDigits + 1;
    const auto bytes = bytesOfHex(sealed.substr(std::min(begins, sealed.size())));
    const auto broken = [] {
        return unexpected(
            sealFault("the sealed secrets are damaged, or were those of another connection"));
    };
    if (!bytes || bytes->size() < nonceBytes + tagBytes)
        return broken();
    const std::string nonce = bytes->substr(0, nonceBytes);
    const std::string secret = bytes->substr(nonceBytes, bytes->size() - nonceBytes - tagBytes);
    std::string tag = bytes->substr(bytes->size() - tagBytes);
    const Cipher context(EVP_CIPHER_CTX_new());
    std::string plain(secret.size() + tagBytes, '\0');
    int length = 0;
    int rest = 0;
    const bool good = begin(context.get(), false, with->bytes, nonce, about)
        && EVP_CipherUpdate(context.get(), bytesOf(plain), &length, bytesOf(secret),
               static_cast<int>(secret.size()))
            == 1
        && EVP_CIPHER_CTX_ctrl(
               context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tagBytes), bytesOf(tag))
            == 1
        && EVP_CipherFinal_ex(context.get(), bytesOf(plain) + length, &rest) == 1;
    if (!good)
        return broken();
    plain.resize(secret.size());
    return plain;
}

} // namespace signalbox::gateway
