// SPDX-License-Identifier: GPL-3.0-only
// Owners of what OpenSSL hands out.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

namespace signalbox::gateway {

struct OpenSslFree {
    void operator()(BIGNUM *number) const { BN_free(number); }
    void operator()(BIO *bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX *context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
    void operator()(OSSL_PARAM_BLD *builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(OSSL_PARAM *parameters) const { OSSL_PARAM_free(parameters); }
    void operator()(ECDSA_SIG *signature) const { ECDSA_SIG_free(signature); }
};
template <class T> using Owned = std::unique_ptr<T, OpenSslFree>;

} // namespace signalbox::gateway
