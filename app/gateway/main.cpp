// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/demo.h"
#include "app/gateway/demo/tenants.h"
#include "app/gateway/http/fetch.h"
#include "app/gateway/http/prometheusproxy.h"
#include "app/gateway/http/server.h"
#include "app/gateway/http/webaddress.h"
#include "app/gateway/metrics/processors.h"
#include "app/gateway/oidcarguments.h"
#include "app/gateway/services/platform.h"
#include "app/gateway/services/tenantplatform.h"
#include "app/gateway/settingsfile.h"
#include "models/schema/envelope.h"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <map>

#ifndef SIGNALBOX_VERSION
#define SIGNALBOX_VERSION "unknown"
#endif

namespace gateway = signalbox::gateway;

namespace {

struct Arguments {
    std::string config;
    std::string store; ///< "" = SQLite in the data folder
    std::string storeOwner;
    int storeConnections = gateway::PostgresOptions().connections;
    std::string secretKeyFile; ///< "" = in the data folder
    std::string cache; ///< "" = in this process
    int port = 8888;
    std::string bind = "127.0.0.1";
    std::string data;
    std::string apiKeyFile;
    std::string logLevel = "info";
    bool demo = false;
    bool printEndpoint = false;
    bool exitWithParent = false;
    bool bootstrap = false;
    int drainSeconds = -1; ///< -1 = the default of the platform
    bool anonymous = false;
    gateway::OidcArguments oidc;
    std::string prometheus;
    std::string prometheusAuthorities; ///< PEM file, "" = the system's
    int metricsInterval = 10;
    bool protect = false;
    std::string ollama;
    std::string openAi;
    std::string openAiKeyFile;
    std::vector<std::string> toolHosts;
    int confirmationSeconds = 600;
    int chatTurns = 16;
    std::vector<std::string> channelHosts;
    std::string slackApi = gateway::DeliveryOptions().slackApi;
    int maxConnections = gateway::HttpLimits().connections;
    int maxBodyMiB = static_cast<int>(gateway::HttpLimits().bodyBytes >> 20);
};

constexpr int exitFailure = 1;
constexpr int exitUsage = 2;

/// Written by the signal handler; -1 until the handlers are set.
int signalPipe[2] = { -1, -1 };

void onSignal(int number)
{
    const auto byte = static_cast<unsigned char>(number);
    [[maybe_unused]] const ssize_t written = write(signalPipe[1], &byte, 1);
}

std::string defaultData()
{
    if (const char *home = std::getenv("XDG_DATA_HOME"); home && *home)
        return std::string(home) + "/signalbox-gateway";
    if (const char *home = std::getenv("HOME"); home && *home)
        return std::string(home) + "/.local/share/signalbox-gateway";
    return "signalbox-gateway-data";
}

void describe(CLI::App &app, Arguments &arguments)
{
    app.description(
        "Signalbox gateway: config, flow, identity and message services behind one port.\n"
        "What the command line says wins, then the environment, then the file of --config.");
    app.set_version_flag("--version", std::string("signalbox-gateway ") + SIGNALBOX_VERSION);
    app.add_option("--config", arguments.config,
           "File with lines name = value, the names as here without --")
        ->envname("SIGNALBOX_GATEWAY_CONFIG");
    app.add_option("--port", arguments.port, "Port to listen on, 0 = any free one")
        ->envname("SIGNALBOX_GATEWAY_PORT")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    app.add_option("--bind", arguments.bind,
           "Address to listen on; others than loopback are open to the network")
        ->envname("SIGNALBOX_GATEWAY_BIND")
        ->capture_default_str();
    app.add_option("--data", arguments.data, "Folder of the database and the admin key")
        ->envname("SIGNALBOX_GATEWAY_DATA");
    app.add_flag("--demo", arguments.demo, "Fill with the demo platform and run its line")
        ->envname("SIGNALBOX_GATEWAY_DEMO");
    app.add_flag("--print-endpoint", arguments.printEndpoint,
        "When ready, print one JSON line with url and api_key on standard output");
    app.add_option("--log-level", arguments.logLevel,
           "trace debug info warn error off; the log goes to standard error")
        ->envname("SIGNALBOX_GATEWAY_LOG_LEVEL")
        ->check(CLI::IsMember({ "trace", "debug", "info", "warn", "error", "off" }))
        ->capture_default_str();
    app.add_option("--api-key-file", arguments.apiKeyFile,
           "File with the admin's API key (tg_…) for the first start; later starts keep theirs")
        ->envname("SIGNALBOX_GATEWAY_API_KEY_FILE");
    app.add_flag("--bootstrap", arguments.bootstrap,
           "Make no admin at the first start, but wait for POST /api/v1/auth/bootstrap")
        ->envname("SIGNALBOX_GATEWAY_BOOTSTRAP");
    app.add_flag("--anonymous", arguments.anonymous,
           "Ask nobody for a credential: everybody who reaches the port is an administrator")
        ->envname("SIGNALBOX_GATEWAY_ANONYMOUS");
    gateway::describe(app, arguments.oidc);
    app.add_flag("--protect", arguments.protect,
           "Refuse every change of who holds no lease (iam take-lease: scope, minutes, reason)")
        ->envname("SIGNALBOX_GATEWAY_PROTECT");
    app.add_flag("--exit-with-parent", arguments.exitWithParent,
        "End when the parent process ends or standard input is closed");
    app.add_option("--drain", arguments.drainSeconds,
           "Longest wait in seconds for queues to run empty at a stop; 10, with --demo 1")
        ->envname("SIGNALBOX_GATEWAY_DRAIN")
        ->check(CLI::Range(0, 3600));
    app.add_option("--prometheus", arguments.prometheus,
           "Let this Prometheus (http(s)://host:port) answer /api/metrics/ instead of the gateway")
        ->envname("PROMETHEUS_URL")
        ->check([](const std::string &url) { return gateway::prometheusFault(url); });
    app.add_option("--prometheus-ca", arguments.prometheusAuthorities,
           "PEM file with the authorities that may vouch for it, instead of the system's")
        ->envname("SIGNALBOX_GATEWAY_PROMETHEUS_CA");
    app.add_option("--metrics-interval", arguments.metricsInterval,
           "Seconds between two samplings of the gateway's own series")
        ->envname("SIGNALBOX_GATEWAY_METRICS_INTERVAL")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    app.add_option("--ollama", arguments.ollama,
           "Base address of an Ollama server, for agents that prefer ollama/<model>")
        ->envname("SIGNALBOX_GATEWAY_OLLAMA");
    app.add_option("--openai", arguments.openAi,
           "Base address of what speaks OpenAI's interface (…/v1), for openai/<model>")
        ->envname("SIGNALBOX_GATEWAY_OPENAI");
    app.add_option(
           "--openai-key-file", arguments.openAiKeyFile, "File with the key that --openai wants")
        ->envname("SIGNALBOX_GATEWAY_OPENAI_KEY_FILE");
    app.add_option("--tool-host", arguments.toolHosts,
           "Host that the tool http_request may ask over https; may be given again")
        ->envname("SIGNALBOX_GATEWAY_TOOL_HOSTS")
        ->delimiter(',');
    app.add_option("--confirmation-time", arguments.confirmationSeconds,
           "Seconds that a tool call waits for a person before it is given up")
        ->envname("SIGNALBOX_GATEWAY_CONFIRMATION_TIME")
        ->check(CLI::Range(1, 86400))
        ->capture_default_str();
    app.add_option("--chat-turns", arguments.chatTurns, "Turns of conversations at once")
        ->envname("SIGNALBOX_GATEWAY_CHAT_TURNS")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    app.add_option("--channel-host", arguments.channelHosts,
           "Host that answers may be posted to although it is in a private network, or by http; "
           "may be given again")
        ->envname("SIGNALBOX_GATEWAY_CHANNEL_HOSTS")
        ->delimiter(',');
    app.add_option("--slack-api", arguments.slackApi, "Base address of Slack's web API")
        ->envname("SIGNALBOX_GATEWAY_SLACK_API")
        ->check([](const std::string &url) {
            return gateway::webAddressOf(url) ? std::string() : "'" + url + "' is no address";
        })
        ->capture_default_str();
    app.add_option("--max-connections", arguments.maxConnections, "Connections at once")
        ->envname("SIGNALBOX_GATEWAY_MAX_CONNECTIONS")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--max-body", arguments.maxBodyMiB, "Largest request body in MiB")
        ->envname("SIGNALBOX_GATEWAY_MAX_BODY")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
}

/// Where tenants, conversations and what is remembered of them for a while are kept.
void describeTenants(CLI::App &app, Arguments &arguments)
{
    const auto postgres = [](const std::string &url) {
        return url.starts_with("postgres://") || url.starts_with("postgresql://")
            ? std::string()
            : std::string("not postgres://user:password@host:port/database");
    };
    app.add_option("--store", arguments.store,
           "Keep tenants in PostgreSQL: postgres://konstruct_app:password@host:port/database")
        ->envname("SIGNALBOX_GATEWAY_STORE")
        ->check(postgres, "POSTGRES");
    app.add_option("--store-owner", arguments.storeOwner,
           "As --store, for the role that owns the tables: brings them to the current version")
        ->envname("SIGNALBOX_GATEWAY_STORE_OWNER")
        ->check(postgres, "POSTGRES");
    app.add_option(
           "--store-connections", arguments.storeConnections, "Connections to PostgreSQL at most")
        ->envname("SIGNALBOX_GATEWAY_STORE_CONNECTIONS")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app.add_option("--secret-key-file", arguments.secretKeyFile,
           "File with the keys that seal the secrets of channels, 64 hexadecimal digits a line, "
           "the newest first; without it tenants.key in the data folder, made when needed")
        ->envname("SIGNALBOX_GATEWAY_SECRET_KEY_FILE");
    app.add_option("--cache", arguments.cache,
           "Keep limits, short memory and channels in Redis: redis://[user:password@]host:port")
        ->envname("SIGNALBOX_GATEWAY_CACHE")
        ->check([](const std::string &url) { return gateway::redisUrlFault(url); }, "REDIS");
}

/// "" and a message on standard error when the file cannot be used.
std::string keyFrom(const std::string &file)
{
    std::ifstream stream(file);
    std::string key;
    if (!stream || !std::getline(stream, key) || !key.starts_with("tg_")) {
        std::cerr << "signalbox-gateway: no API key (tg_…) in " << file << "\n";
        return {};
    }
    while (!key.empty() && (key.back() == '\r' || key.back() == ' '))
        key.pop_back();
    return key;
}

bool watchSignals()
{
    if (pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return false;
    struct sigaction action { };
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGHUP, &action, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return true;
}

/// Blocks until a signal comes or, if asked, standard input ends. Returns the signal, 0 for the
/// latter.
int waitForEnd(bool watchInput)
{
    for (;;) {
        pollfd watched[2] = { { signalPipe[0], POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
        if (poll(watched, watchInput ? 2 : 1, -1) < 0)
            continue; // interrupted by the signal that the pipe tells about
        if (watched[0].revents) {
            unsigned char number = 0;
            if (read(signalPipe[0], &number, 1) == 1)
                return number;
        }
        char waste[256];
        if (watchInput && watched[1].revents && read(STDIN_FILENO, waste, sizeof waste) <= 0)
            return 0;
    }
}

gateway::ServerOptions serverOptions(const Arguments &arguments)
{
    gateway::ServerOptions options;
    options.bind = arguments.bind;
    options.port = static_cast<std::uint16_t>(arguments.port);
    options.version = SIGNALBOX_VERSION;
    options.capabilities = { "events", "fabric", "cancel", "flow-stop:queues", "flow-snapshots",
        "edited-flows", "move", "tenants", "ops", "send-again" };
    if (arguments.demo)
        options.capabilities.push_back("demo");
    if (arguments.anonymous)
        options.capabilities.push_back("anonymous");
    if (!arguments.oidc.options.issuer.empty())
        options.capabilities.push_back("oidc");
    if (arguments.protect)
        options.capabilities.push_back("leases");
    options.limits.connections = arguments.maxConnections;
    options.limits.bodyBytes = static_cast<std::size_t>(arguments.maxBodyMiB) << 20;
    return options;
}

gateway::PlatformOptions platformOptions(
    const Arguments &arguments, std::string key, gateway::metrics::Meters &meters)
{
    gateway::PlatformOptions options;
    options.meters = &meters;
    options.dataDirectory = arguments.data.empty() ? defaultData() : arguments.data;
    options.demo = arguments.demo;
    options.anonymous = arguments.anonymous;
    options.adminKey = std::move(key);
    options.tenantStore = { arguments.store, arguments.storeOwner, arguments.storeConnections };
    options.secretKeyFile = arguments.secretKeyFile;
    options.cacheUrl = arguments.cache;
    if (arguments.bootstrap)
        options.bootstrap = gateway::PlatformOptions::Bootstrap::OnRequest;
    if (arguments.demo) {
        options.drain = gateway::demo::drainTime;
        options.flowStep = gateway::demo::StopDrill();
    }
    if (arguments.drainSeconds >= 0)
        options.drain = std::chrono::seconds(arguments.drainSeconds);
    return options;
}

/// host:port
std::string authorityOf(const std::string &bind, std::uint16_t port)
{
    const bool any = bind == "0.0.0.0" || bind == "::";
    const std::string host = any ? "127.0.0.1" : bind;
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":"
        + std::to_string(port);
}

std::string urlOf(const std::string &bind, std::uint16_t port)
{
    return "http://" + authorityOf(bind, port);
}

void tellLost(gateway::Server &server, const std::vector<gateway::LostMessages> &lost)
{
    std::map<std::string, signalbox::schema::Members<std::int64_t>> queues; // by workspace
    for (const gateway::LostMessages &queue : lost)
        queues[queue.workspace].emplace_back(queue.queue, queue.count);
    for (const auto &[workspace, counts] : queues)
        server.tellLost(workspace, counts);
}

using MetricsSource = std::unique_ptr<gateway::metrics::MetricsSource>;

/// What answers /api/metrics/… : the gateway itself, or the Prometheus that was named. The error
/// says which file cannot be used.
signalbox::Expected<MetricsSource, std::string> metricsSource(
    const Arguments &arguments, const gateway::metrics::Meters &meters)
{
    if (!arguments.prometheus.empty()) {
        auto proxy =
            gateway::PrometheusProxy::make(arguments.prometheus, arguments.prometheusAuthorities);
        if (!proxy)
            return signalbox::unexpected("--prometheus-ca: " + proxy.error());
        return MetricsSource(std::move(*proxy));
    }
    gateway::metrics::OwnMetricsOptions options;
    options.interval = std::chrono::seconds(arguments.metricsInterval);
    return MetricsSource(std::make_unique<gateway::metrics::OwnMetrics>(meters, options));
}

/// The error says which file cannot be used, or why nothing can be asked.
signalbox::Expected<gateway::TenantOptions, std::string> tenantOptions(const Arguments &arguments)
{
    gateway::TenantOptions options;
    if (arguments.demo)
        options.scriptedPause = std::chrono::milliseconds(150);
    options.confirmation = std::chrono::seconds(arguments.confirmationSeconds);
    options.turns = arguments.chatTurns;
    options.alone = arguments.store.empty();
    options.ollama = arguments.ollama;
    options.openAi = arguments.openAi;
    if (!arguments.openAiKeyFile.empty()) {
        std::ifstream file(arguments.openAiKeyFile);
        if (!file || !std::getline(file, options.openAiKey))
            return signalbox::unexpected("no key in " + arguments.openAiKeyFile);
    }
    if (!options.ollama.empty() || !options.openAi.empty()) {
        auto fetch = gateway::makeLlmFetch({ std::chrono::seconds(60), std::size_t(1) << 20 });
        if (!fetch)
            return signalbox::unexpected(fetch.error());
        options.llmFetch = std::move(*fetch);
    }
    if (!arguments.toolHosts.empty()) {
        auto fetch = gateway::makeToolFetch();
        if (!fetch)
            return signalbox::unexpected(fetch.error());
        options.tools.hosts = arguments.toolHosts;
        options.tools.fetch = std::move(*fetch);
    }
    std::vector<std::string> hosts = arguments.channelHosts;
    if (const auto slack = gateway::webAddressOf(arguments.slackApi))
        hosts.push_back(slack->host);
    auto post = gateway::makeChannelPost(std::move(hosts));
    if (!post)
        return signalbox::unexpected(post.error());
    options.delivery.post = std::move(*post);
    options.delivery.slackApi = arguments.slackApi;
    return options;
}

/// From the listening server to the end of the process.
int serve(const Arguments &arguments, gateway::Platform &platform, gateway::metrics::Meters &meters)
{
    gateway::demo::Demo demo(platform, {});
    std::function<std::vector<signalbox::schema::ProcessorRow>()> workers;
    if (arguments.demo)
        workers = [&demo] { return demo.line().processors(); };
    gateway::metrics::addProcessorGauges(meters, workers);
    const auto chosen = metricsSource(arguments, meters);
    if (!chosen) {
        std::cerr << "signalbox-gateway: " << chosen.error() << "\n";
        return exitFailure;
    }
    const MetricsSource &source = *chosen;
    auto *const own = dynamic_cast<gateway::metrics::OwnMetrics *>(source.get());
    gateway::ServerOptions options = serverOptions(arguments);
    options.meters = &meters;
    options.metricsSource = source.get();
    options.sampled = own;
    auto wanted = tenantOptions(arguments);
    if (!wanted) {
        std::cerr << "signalbox-gateway: " << wanted.error() << "\n";
        return exitFailure;
    }
    wanted->instance = platform.instance();
    gateway::TenantPlatform tenants(
        platform.fabric(), platform.tenants(), platform.cache(), std::move(*wanted));
    if (const auto started = tenants.start(); !started) {
        std::cerr << "signalbox-gateway: tenants: " << started.error() << "\n";
        return exitFailure;
    }
    gateway::demo::DemoTenants demoTenants(
        tenants, { std::chrono::milliseconds(20000), "timetable-answers" });
    gateway::Server server(platform.fabric(), std::move(options));
    platform.setEventSequence([&server] { return server.eventSequence(); });
    if (workers)
        server.setProcessors(workers);
    const auto port = server.start();
    if (!port) {
        platform.setEventSequence({});
        std::cerr << "signalbox-gateway: " << port.error() << "\n";
        return exitFailure;
    }
    if (own)
        own->setInstance(authorityOf(arguments.bind, *port));
    source->start();
    if (arguments.demo) {
        if (const auto started = demo.start(); !started)
            spdlog::error("demo: {}", started.error().text);
        demoTenants.start();
    }
    spdlog::info("listening on {}", urlOf(arguments.bind, *port));
    if (arguments.printEndpoint)
        std::cout << signalbox::schema::encode(
            signalbox::schema::Endpoint { urlOf(arguments.bind, *port), platform.adminKey() })
                  << std::endl;
    const int number = waitForEnd(arguments.exitWithParent);
    spdlog::info("stopping: {}", number ? strsignal(number) : "the parent has gone");
    demoTenants.stop();
    if (arguments.demo)
        demo.quiesce();
    if (const std::size_t left = server.drain())
        spdlog::warn("{} requests were still in flight", left);
    if (arguments.demo)
        tenants.stop(); // its turns are slow on purpose
    tellLost(server, platform.drain([&] {
        demo.stop();
        tenants.stop();
    }));
    platform.setEventSequence({});
    source->stop();
    server.stop();
    platform.stop();
    return 0;
}

void describeAll(CLI::App &app, Arguments &arguments)
{
    describe(app, arguments);
    describeTenants(app, arguments);
}

/// The exit status when the program ends here: help, version, or something wrong.
std::optional<int> parse(int argc, char **argv, Arguments &arguments)
{
    CLI::App app;
    describeAll(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : exitUsage;
    }
    return std::nullopt;
}

std::optional<int> readArguments(int argc, char **argv, Arguments &arguments)
{
    Arguments first;
    if (const auto status = parse(argc, argv, first))
        return status;
    if (first.config.empty()) {
        arguments = std::move(first);
        return std::nullopt;
    }
    Arguments ignored;
    const auto taken = gateway::takeSettings(
        first.config, [&ignored](CLI::App &app) { describeAll(app, ignored); });
    if (!taken) {
        std::cerr << "signalbox-gateway: " << taken.error() << "\n";
        return exitUsage;
    }
    return parse(argc, argv, arguments);
}

} // namespace

int main(int argc, char **argv)
{
    // A dozen threads that mostly sleep: an arena for each would only hold what nobody uses.
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
    Arguments arguments;
    if (const auto status = readArguments(argc, argv, arguments))
        return *status;
    const pid_t parent = getppid();
    if (arguments.exitWithParent) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
            return 0; // it ended before we could ask
    }
    umask(0077);
    auto logger = spdlog::stderr_color_mt("gateway");
    spdlog::set_default_logger(logger);
    spdlog::set_level(
        spdlog::level::from_str(arguments.logLevel == "warn" ? "warning" : arguments.logLevel));
    if (!watchSignals()) {
        std::cerr << "signalbox-gateway: cannot watch for signals\n";
        return exitFailure;
    }
    std::string key;
    if (!arguments.apiKeyFile.empty()) {
        key = keyFrom(arguments.apiKeyFile);
        if (key.empty())
            return exitFailure;
    }
    if (arguments.bind != "127.0.0.1" && arguments.bind != "::1")
        spdlog::warn(
            "listening on {}: without TLS everybody on the network can read keys and data; "
            "put a reverse proxy in front",
            arguments.bind);
    if (arguments.anonymous)
        spdlog::warn("anonymous mode: everybody who reaches {} is an administrator, signed in or "
                     "not",
            arguments.bind);
    gateway::metrics::Meters meters;
    auto oidc = gateway::optionsOf(arguments.oidc);
    if (!oidc) {
        std::cerr << "signalbox-gateway: " << oidc.error() << "\n";
        return exitUsage;
    }
    gateway::PlatformOptions options = platformOptions(arguments, std::move(key), meters);
    options.oidc = std::move(*oidc);
    gateway::Platform platform(std::move(options));
    if (const auto started = platform.start(); !started) {
        std::cerr << "signalbox-gateway: " << started.error() << "\n";
        return exitFailure;
    }
    return serve(arguments, platform, meters);
}
