"""The settings, in full: what Scrapy would choose otherwise differs between its library and its project template.

Those with a measured reason are explained in docs/crawling.md.
"""

BOT_NAME = "catalog"
SPIDER_MODULES = ["catalog.spiders"]
NEWSPIDER_MODULE = "catalog.spiders"

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
ASYNCIO_EVENT_LOOP = None

# One site is all there is, so both limits are the same.
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 16
# Scrapy starts so many tasks for every page, whether it holds an item or not; nothing here waits for anything.
CONCURRENT_ITEMS = 1
DOWNLOAD_DELAY = 0
RANDOMIZE_DOWNLOAD_DELAY = False
AUTOTHROTTLE_ENABLED = False

# First come, first served: so a page of twenty links and its twenty items alternate from the first page to the last.
SCHEDULER = "catalog.turns.TurnScheduler"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# What a page may take; whatever is more is a fault of the site.
DOWNLOAD_TIMEOUT = 5
DOWNLOAD_MAXSIZE = 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
RETRY_ENABLED = False

# The contract has no robots.txt, so none is asked for.
ROBOTSTXT_OBEY = False
COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False
HTTPPROXY_ENABLED = False
COMPRESSION_ENABLED = False
REFERER_ENABLED = False

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = False
DOWNLOADER_STATS = True
LOGSTATS_INTERVAL = 0
LOG_LEVEL = "INFO"
STATS_DUMP = False

FEED_EXPORT_ENCODING = "utf-8"
FEED_STORAGES = {"file": "catalog.feeds.SettledStorage"}
FEED_STORE_EMPTY = True

# Ours: whether crawls take turns, as the orchestrator has them do; `scrapy crawl catalog` goes straight through.
CATALOG_TURNS = False
