// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/credentials.h"

#include "app/gateway/services/answers.h"
#include "app/gateway/services/opensslowned.h"
#include "models/schema/hex.h"

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdexcept>

namespace signalbox::gateway {

namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::size_t saltBytes = 16;
constexpr std::size_t hashBytes = 32;

void must(bool worked, const char *what)
{
    if (!worked)
        throw std::runtime_error(std::string("cryptography failed: ") + what);
}

constexpr std::string_view plainAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view urlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64(
    const unsigned char *data, std::size_t size, std::string_view alphabet, bool padded)
{
    std::string text;
    for (std::size_t i = 0; i < size; i += 3) {
        const std::size_t have = std::min<std::size_t>(3, size - i);
        const unsigned group = (unsigned(data[i]) << 16)
            | (have > 1 ? unsigned(data[i + 1]) << 8 : 0u)
            | (have > 2 ? unsigned(data[i + 2]) : 0u);
        for (std::size_t k = 0; k <= have; ++k)
            text += alphabet[(group >> (18 - 6 * k)) & 63];
        if (padded)
            text.append(3 - have, '=');
    }
    return text;
}

std::string url64(std::string_view text)
{
    return base64(
        reinterpret_cast<const unsigned char *>(text.data()), text.size(), urlAlphabet, false);
}

std::optional<Bytes> decode64(std::string_view text, std::string_view alphabet)
{
    while (!text.empty() && text.back() == '=')
        text.remove_suffix(1);
    Bytes bytes;
    unsigned group = 0;
    int bits = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos)
            return std::nullopt;
        group = (group << 6) | unsigned(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<unsigned char>(group >> bits));
            group &= (1u << bits) - 1;
        }
    }
    return bytes;
}

Bytes randomBytes(std::size_t count)
{
    Bytes bytes(count);
    must(RAND_bytes(bytes.data(), static_cast<int>(count)) == 1, "random numbers");
    return bytes;
}

Bytes derive(std::string_view password, const Bytes &salt, int iterations)
{
    Bytes hash(hashBytes);
    must(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
             static_cast<int>(salt.size()), iterations, EVP_sha256(), static_cast<int>(hash.size()),
             hash.data())
            == 1,
        "PBKDF2");
    return hash;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

std::string pem(EVP_PKEY *key, bool secret)
{
    const Owned<BIO> bio(BIO_new(BIO_s_mem()));
    must(bio != nullptr, "memory");
    const int written = secret
        ? PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr)
        : PEM_write_bio_PUBKEY(bio.get(), key);
    must(written == 1, "writing a key");
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return { data, static_cast<std::size_t>(size) };
}

Owned<EVP_PKEY> readPem(const std::string &text, bool secret)
{
    const Owned<BIO> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    must(bio != nullptr, "memory");
    return Owned<EVP_PKEY>(secret ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)
                                  : PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
}

bool signatureFits(const SigningKeyRow &key, std::string_view text, const Bytes &signature)
{
    const auto publicKey = readPem(key.publicPem, false);
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    return publicKey && context
        && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, publicKey.get()) == 1
        && EVP_DigestVerify(context.get(), signature.data(), signature.size(),
               reinterpret_cast<const unsigned char *>(text.data()), text.size())
        == 1;
}

Json jsonOf(std::string_view part)
{
    const auto bytes = decode64(part, urlAlphabet);
    return bytes ? Json::parse(bytes->begin(), bytes->end(), nullptr, false)
                 : Json(Json::value_t::discarded);
}

} // namespace

std::string randomToken(std::size_t bytes)
{
    const Bytes random = randomBytes(bytes);
    return base64(random.data(), random.size(), urlAlphabet, false);
}

std::string newApiKey()
{
    return "tg_" + randomToken(24);
}

std::string sha256Hex(std::string_view text)
{
    Bytes digest(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    must(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1,
        "SHA-256");
    digest.resize(size);
    return schema::hexOf(digest);
}

std::string hmacSha256Hex(std::string_view secret, std::string_view text)
{
    Bytes digest(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    must(
        HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
            reinterpret_cast<const unsigned char *>(text.data()), text.size(), digest.data(), &size)
            != nullptr,
        "HMAC");
    digest.resize(size);
    return schema::hexOf(digest);
}

std::string hashPassword(std::string_view password, int iterations)
{
    const Bytes salt = randomBytes(saltBytes);
    const Bytes hash = derive(password, salt, iterations);
    return "pbkdf2-sha256$" + std::to_string(iterations) + '$'
        + base64(salt.data(), salt.size(), plainAlphabet, true) + '$'
        + base64(hash.data(), hash.size(), plainAlphabet, true);
}

bool passwordMatches(std::string_view password, std::string_view hash, int iterations)
{
    const auto parts = split(hash, '$');
    int used = 0;
    std::optional<Bytes> salt, expected;
    if (parts.size() == 4 && parts[0] == "pbkdf2-sha256") {
        std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), used);
        salt = decode64(parts[2], plainAlphabet);
        expected = decode64(parts[3], plainAlphabet);
    }
    if (used <= 0 || !salt || !expected || expected->size() != hashBytes) {
        derive(password, Bytes(saltBytes), iterations); // so that time does not tell who exists
        return false;
    }
    const Bytes derived = derive(password, *salt, used);
    return CRYPTO_memcmp(derived.data(), expected->data(), hashBytes) == 0;
}

SigningKeyRow newSigningKey(std::int64_t nowMs)
{
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr));
    must(context && EVP_PKEY_keygen_init(context.get()) == 1, "Ed25519");
    EVP_PKEY *made = nullptr;
    must(EVP_PKEY_keygen(context.get(), &made) == 1, "a signing key");
    const Owned<EVP_PKEY> key(made);
    SigningKeyRow row;
    row.privatePem = pem(key.get(), true);
    row.publicPem = pem(key.get(), false);
    row.kid = sha256Hex(row.publicPem).substr(0, 16);
    row.createdMs = nowMs;
    return row;
}

std::string signToken(const SigningKeyRow &key, const TokenClaims &claims)
{
    Json header;
    header["alg"] = "EdDSA";
    header["kid"] = key.kid;
    header["typ"] = "JWT";
    Json payload;
    payload["default_workspace"] = claims.defaultWorkspace;
    payload["exp"] = claims.expires;
    payload["iat"] = claims.issued;
    payload["iss"] = "trustgraph-iam";
    payload["sub"] = claims.subject;
    const std::string text = url64(dump(header)) + '.' + url64(dump(payload));
    const auto secret = readPem(key.privatePem, true);
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    must(secret && context
            && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, secret.get()) == 1,
        "signing");
    Bytes signature(64);
    std::size_t size = signature.size();
    must(EVP_DigestSign(context.get(), signature.data(), &size,
             reinterpret_cast<const unsigned char *>(text.data()), text.size())
            == 1,
        "signing");
    return text + '.' + base64(signature.data(), size, urlAlphabet, false);
}

std::optional<TokenClaims> verifyToken(
    std::string_view token, const std::vector<SigningKeyRow> &keys, std::int64_t now)
{
    const auto parts = split(token, '.');
    if (parts.size() != 3)
        return std::nullopt;
    const Json header = jsonOf(parts[0]);
    const auto signature = decode64(parts[2], urlAlphabet);
    if (!header.is_object() || text(header, "alg") != "EdDSA" || !signature)
        return std::nullopt;
    const std::string_view covered = token.substr(0, parts[0].size() + 1 + parts[1].size());
    const std::string kid = text(header, "kid").value_or("");
    bool fits = false;
    for (const SigningKeyRow &key : keys) // older keys too: rotating locks nobody out (trap 32)
        fits = fits || ((kid.empty() || kid == key.kid) && signatureFits(key, covered, *signature));
    if (!fits)
        return std::nullopt;
    const Json payload = jsonOf(parts[1]);
    if (!payload.is_object() || !payload.contains("exp") || !payload["exp"].is_number())
        return std::nullopt;
    TokenClaims claims;
    claims.subject = text(payload, "sub").value_or("");
    claims.defaultWorkspace = text(payload, "default_workspace").value_or("");
    claims.issued = integer(payload, "iat").value_or(0);
    claims.expires = payload["exp"].get<std::int64_t>();
    if (claims.subject.empty() || claims.expires <= now)
        return std::nullopt;
    return claims;
}

} // namespace signalbox::gateway
